package org.marshalimage.maven;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of the {@code marshal} command, made of the parameters of a goal. It knows which option
 * came from which parameter: a user of the plugin has never seen the options.
 */
final class Arguments {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  private final List<String> list = new ArrayList<>();
  private final Map<String, String> parameters = new LinkedHashMap<>();

  /** Starts with the name of a command. */
  Arguments(String command) {
    list.add(command);
  }

  /** Adds an option without a value, if the parameter is true. */
  Arguments flag(String option, String parameter, boolean value) {
    parameters.put(option, parameter);
    if (value) {
      list.add(option);
    }
    return this;
  }

  /** Adds an option, if the parameter has a value. */
  Arguments option(String option, String parameter, @Nullable Object value) {
    parameters.put(option, parameter);
    if (value != null) {
      // One argument, so that no value is taken for an option.
      list.add(option + "=" + value);
    }
    return this;
  }

  /** Adds an option once for each value. */
  Arguments options(String option, String parameter, Collection<String> values) {
    parameters.put(option, parameter);
    values.forEach(value -> list.add(option + "=" + value));
    return this;
  }

  /** Adds a path. */
  Arguments path(String path) {
    list.add(path);
    return this;
  }

  /** Returns the name of the command. */
  String command() {
    return list.get(0);
  }

  /** Returns the command and its arguments. */
  List<String> list() {
    return List.copyOf(list);
  }

  /** Returns the options that any configuration of the goal could give. */
  Collection<String> known() {
    return parameters.keySet();
  }

  /** Names parameters where a message of the command names options. */
  String inTermsOfParameters(String message) {
    return OPTION
        .matcher(message)
        .replaceAll(
            option -> {
              String parameter = parameters.get(option.group());
              return Matcher.quoteReplacement(
                  parameter == null ? option.group() : "<" + parameter + ">");
            });
  }
}

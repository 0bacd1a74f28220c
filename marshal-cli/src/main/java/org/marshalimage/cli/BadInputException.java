package org.marshalimage.cli;

/** Input that a command cannot work with. The message has a line for each fault. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }
}

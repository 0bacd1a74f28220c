package org.marshalimage.jmh;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of the report: one process, whose JSON becomes one section.
 *
 * @param name short, for {@code --only}, and the key in the report
 * @param title what the section is called
 * @param question what it asks
 * @param program {@code org.openjdk.jmh.Main}, or the main class of a harness
 * @param resultProperty of a harness, names the file that it writes
 * @param arguments of JMH or, of a harness, properties
 * @param quick the same for a quick run
 */
record ReportPart(
    String name,
    String title,
    String question,
    String program,
    String resultProperty,
    List<String> arguments,
    List<String> quick) {
  private static final String JMH = "org.openjdk.jmh.Main";
  private static final List<String> FULL = List.of("-f", "2", "-wi", "3", "-i", "5");
  private static final List<String> QUICK =
      List.of("-f", "1", "-wi", "1", "-i", "2", "-w", "500ms", "-r", "500ms");

  /** The parts, in the order of the page. */
  static final List<ReportPart> ALL =
      List.of(
          jmh(
              "map",
              "Map latency by image size",
              "Map an image and read one field of one module, beside FileChannel.map and the same"
                  + " read, from 1 MB to 1.5 GB.",
              "MapBenchmark",
              List.of("-p", "image=1MB,stdlib")),
          jmh(
              "module",
              "First module's code",
              "In an image that is mapped: a module by name, its code, its names.",
              "ModuleBenchmark",
              List.of()),
          harness(
              "import-set-speed",
              "Import set, warm, beside CPython",
              "All code of the modules that one import statement loads: from an image, by stream"
                  + " decoding, and by CPython's own marshal.loads in C of the same files. Warm"
                  + " processes that take turns.",
              ImportSetSpeed.class,
              ImportSetSpeed.RESULT,
              List.of(ImportSetSpeed.ROUNDS + "=3", ImportSetSpeed.WARMUP_SECONDS + "=1")),
          jmh(
              "import-set",
              "Import set, warm, by JMH",
              "The same ways of ours, and what they allocate.",
              "ImportSetBenchmark",
              List.of()),
          harness(
              "cold",
              "Fresh JVM",
              "What whole processes add to one that does nothing, wall time, medians of"
                  + " differences within a round.",
              ColdStart.class,
              ColdStart.JSON,
              List.of(ColdStart.ROUNDS + "=3")),
          jmh(
              "peers",
              "Peers, warm",
              "The same modules kept in other ways: what it takes to have the code of all of them,"
                  + " and to read all of it.",
              "PeerBenchmark",
              List.of()),
          jmh(
              "walk",
              "Walking everything",
              "Every object, string and byte of a module and of the whole library.",
              "WalkBenchmark",
              List.of()),
          jmh(
              "strings",
              "String lookup and materialisation",
              "A number by text, a view by number, Java strings beside those made of heap bytes.",
              "StringBenchmark",
              List.of()),
          jmh(
              "attachments",
              "Attachments",
              "The interpreter's own object for an interned string.",
              "AttachmentBenchmark",
              List.of()),
          jmh(
              "decode",
              "Decoding one module",
              "Stream decoding of one module beside mapping an image that has it.",
              "DecodeBenchmark",
              List.of()),
          harness(
              "stream-speed",
              "Streams, beside CPython and Jython",
              "Decoding and encoding of marshal streams of whole libraries, in memory.",
              StreamSpeed.class,
              StreamSpeed.RESULT,
              List.of(
                  StreamSpeed.ROUNDS + "=3",
                  StreamSpeed.WARMUP_SECONDS + "=1",
                  StreamSpeed.VERSIONS + "=2.7,3.13")),
          jmh(
              "streams",
              "Streams, by JMH",
              "The same on one JDK, beside Jython.",
              "StreamBenchmark",
              List.of("-p", "python=2.7")),
          harness(
              "link-speed",
              "Linking in place, beside CPython",
              "Mapping in place and linking, beside marshal.loads of the same files.",
              LinkSpeed.class,
              LinkSpeed.RESULT,
              List.of(LinkSpeed.ROUNDS + "=3", LinkSpeed.WARMUP_SECONDS + "=1")),
          jmh(
              "link",
              "Linking in place, by JMH",
              "Mapping in place and linking, and what of it is mapping, copies of pages, linking"
                  + " alone.",
              "LinkBenchmark",
              List.of("-p", "modules=module,imports")),
          jmh(
              "types",
              "Type handles",
              "What a type handle costs beside another field.",
              "TypeHandleBenchmark",
              List.of()),
          jmh(
              "verify",
              "Verify and checksum throughput",
              "All checksums of an image, and all of verify; megabytes are MB/s of the image.",
              "VerifyBenchmark",
              List.of()),
          harness(
              "write",
              "Writing",
              "Building images in fresh JVMs: the library, twice the bytes (modules of the next"
                  + " older CPythons are added), 1.5 GB (libraries of all CPythons found, and"
                  + " graphs).",
              WriteSpeed.class,
              WriteSpeed.RESULT,
              List.of(WriteSpeed.ROUNDS + "=1", WriteSpeed.LARGE + "=false")),
          harness(
              "heap",
              "Heap allocated",
              "Bytes that a thread allocates, by its own counter.",
              HeapReport.class,
              HeapReport.RESULT,
              List.of()),
          harness(
              "pages",
              "Pages of a mapping",
              "What the system says of the pages after map and walk of the import set, in one of"
                  + " two processes.",
              PageReport.class,
              PageReport.RESULT,
              List.of()));

  private static ReportPart jmh(
      String name, String title, String question, String classes, List<String> quick) {
    return new ReportPart(
        name,
        title,
        question,
        JMH,
        "",
        with(classes, FULL, List.of()),
        with(classes, QUICK, quick));
  }

  private static List<String> with(String classes, List<String> settings, List<String> more) {
    List<String> all = new ArrayList<>(List.of(classes, "-prof", "gc"));
    all.addAll(settings);
    all.addAll(more);
    return all;
  }

  private static ReportPart harness(
      String name,
      String title,
      String question,
      Class<?> program,
      String resultProperty,
      List<String> quick) {
    return new ReportPart(
        name, title, question, program.getName(), resultProperty, List.of(), quick);
  }

  /** Tells whether JMH runs it. */
  boolean isJmh() {
    return program.equals(JMH);
  }

  /**
   * Returns what runs it.
   *
   * @param result the file that it writes
   * @param isQuick whether figures may be rough
   */
  List<String> command(String java, List<String> options, String result, boolean isQuick) {
    List<String> line = new ArrayList<>(List.of(java));
    List<String> with = isQuick ? quick : arguments;
    if (!isJmh()) {
      with.forEach(property -> line.add("-D" + property));
    }
    line.addAll(options);
    if (!isJmh()) {
      line.add("-D" + resultProperty + '=' + result);
    }
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(program);
    if (isJmh()) {
      line.addAll(with);
      line.addAll(List.of("-rf", "json", "-rff", result));
    }
    return line;
  }
}

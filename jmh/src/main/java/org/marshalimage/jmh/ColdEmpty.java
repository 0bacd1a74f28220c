package org.marshalimage.jmh;

/** What {@link ColdStart} compares with: a JVM that starts and ends. */
final class ColdEmpty {
  private ColdEmpty() {}

  /**
   * Does nothing.
   *
   * @param arguments ignored
   */
  public static void main(String[] arguments) {}
}

package org.marshalimage.jython.compiled;

/** Code that no reference can be made to; the message says why, for a person. */
public final class UnnamedCodeException extends Exception {
  private static final long serialVersionUID = 1L;

  UnnamedCodeException(String reason) {
    super(reason);
  }
}

package flocker.protocol.admin;

/** How every refusal looks over HTTP: {@code {"error":{"code":"…","message":"…"}}}. */
public record ErrorBody(Problem error) {
  /**
   * @param code a {@link RefusalCode#word}, or one of HTTP's own: {@code method-not-allowed},
   *     {@code too-large}, {@code unsupported-media-type}
   */
  public record Problem(String code, String message) {}

  public static ErrorBody of(String code, String message) {
    return new ErrorBody(new Problem(code, message));
  }
}

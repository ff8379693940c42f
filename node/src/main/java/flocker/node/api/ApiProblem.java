package flocker.node.api;

import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.ErrorBody;
import flocker.protocol.admin.RefusalCode;

/** A request that is answered with an error. */
final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  ApiProblem(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static ApiProblem badRequest(String message) {
    return new ApiProblem(400, RefusalCode.BAD_REQUEST.word(), message);
  }

  static ApiProblem tooLarge() {
    return new ApiProblem(
        413, "too-large", "the body is longer than " + AdminJson.MAX_REQUEST_BYTES + " bytes");
  }

  static ApiProblem of(RefusalCode code, String message) {
    return new ApiProblem(statusOf(code), code.word(), message);
  }

  /** The HTTP status of a refusal. */
  static int statusOf(RefusalCode code) {
    return switch (code) {
      case BAD_REQUEST -> 400;
      case NOT_AUTHENTICATED -> 401;
      case NOT_PERMITTED -> 403;
      case NOT_FOUND -> 404;
      case EXISTS, CONFLICT, NOT_MASTER -> 409;
      case FAILED -> 500;
      case NOT_SUPPORTED -> 501;
      case NO_MAJORITY, UNAVAILABLE -> 503;
      case TIMED_OUT -> 504;
    };
  }

  int status() {
    return status;
  }

  ErrorBody body() {
    return ErrorBody.of(code, getMessage());
  }
}

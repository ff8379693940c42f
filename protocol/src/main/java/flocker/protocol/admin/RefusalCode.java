package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Why something asked by an operator was not done. Only {@link #TIMED_OUT} leaves doubt. */
public enum RefusalCode {
  /** The request makes no sense as it is. */
  @JsonProperty("bad-request")
  BAD_REQUEST,
  /** Nobody has said who asks. */
  @JsonProperty("not-authenticated")
  NOT_AUTHENTICATED,
  /** Whoever asks may not do this. */
  @JsonProperty("not-permitted")
  NOT_PERMITTED,
  /** No such system, host, snapshot, stash or operation. */
  @JsonProperty("not-found")
  NOT_FOUND,
  /** The name or port is taken. */
  @JsonProperty("exists")
  EXISTS,
  /** It does not fit the present state; the message says which. */
  @JsonProperty("conflict")
  CONFLICT,
  /** Only the master can do this, and this host is not the master and cannot reach it. */
  @JsonProperty("not-master")
  NOT_MASTER,
  /** No majority of voters is in contact. */
  @JsonProperty("no-majority")
  NO_MAJORITY,
  /** This node cannot do it now: starting, stopping, storage sick. */
  @JsonProperty("unavailable")
  UNAVAILABLE,
  /** No answer in time: it may or may not have been done. */
  @JsonProperty("timed-out")
  TIMED_OUT,
  /** This host, storage or version cannot do that at all. */
  @JsonProperty("not-supported")
  NOT_SUPPORTED,
  /** It was tried and went wrong. */
  @JsonProperty("failed")
  FAILED;

  /** The code as it is written everywhere: lower case with hyphens. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

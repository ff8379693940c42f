package flocker.node.api;

import flocker.protocol.admin.ExportTarget;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.LossPolicy;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.VersionRef;
import java.util.List;
import java.util.Optional;

/** Bodies of requests other than the one that creates a system. */
public sealed interface ApiRequest {
  /** An empty object: the path says everything. */
  record Nothing() implements ApiRequest {}

  /** {@code to}: empty for the host whose copy is newest. */
  record SwitchOver(Optional<HostName> to) implements ApiRequest {
    public SwitchOver {
      to = to == null ? Optional.empty() : to;
    }
  }

  /**
   * What is left out stays as it is.
   *
   * @param confirm the system's name once more
   */
  record SetRetention(
      Optional<RetentionRules> retention, Optional<RetentionRules> onSlaves, String confirm)
      implements ApiRequest {
    public SetRetention {
      retention = retention == null ? Optional.empty() : retention;
      onSlaves = onSlaves == null ? Optional.empty() : onSlaves;
      confirm = confirm == null ? "" : confirm;
      if (retention.isEmpty() && onSlaves.isEmpty()) {
        throw new IllegalArgumentException("say new rules in 'retention' or 'onSlaves', or both");
      }
    }
  }

  /** {@code label}: empty for a snapshot without one. */
  record CreateSnapshot(Optional<String> label) implements ApiRequest {
    public CreateSnapshot {
      label = label == null ? Optional.empty() : label;
    }
  }

  /**
   * {@code snapshot}: empty for one that is taken now; {@code host}: empty for the master. The
   * target's path is on the host that does it.
   */
  record Export(ExportTarget target, Optional<SnapshotRef> snapshot, Optional<HostName> host)
      implements ApiRequest {
    public Export {
      if (target == null) {
        throw new IllegalArgumentException("an export needs a target: its kind and its path");
      }
      snapshot = snapshot == null ? Optional.empty() : snapshot;
      host = host == null ? Optional.empty() : host;
    }
  }

  /** {@code confirm}: the system's name once more. */
  record RollBack(VersionRef to, String confirm) implements ApiRequest {
    public RollBack {
      confirm = confirm == null ? "" : confirm;
      if (to == null) {
        throw new IllegalArgumentException("say in 'to' which version is to be live");
      }
    }
  }

  /** {@code copies}: 1 if left out. */
  record Barrier(Integer copies) implements ApiRequest {
    public Barrier {
      copies = copies == null ? 1 : copies;
    }
  }

  /** {@code policy}: {@code asynchronous} or like {@code bounded:10s}. */
  record Loss(LossPolicy policy) implements ApiRequest {
    public Loss {
      if (policy == null) {
        throw new IllegalArgumentException("'policy' is missing");
      }
    }
  }

  /** Why an operator does it. */
  record Reason(String reason) implements ApiRequest {
    public Reason {
      if (reason == null) {
        throw new IllegalArgumentException("'reason' is missing");
      }
    }
  }

  /** {@code to}: empty for the host that is asked. {@code confirm}: the system's name once more. */
  record Promote(Optional<HostName> to, String confirm, String reason) implements ApiRequest {
    public Promote {
      to = to == null ? Optional.empty() : to;
      confirm = confirm == null ? "" : confirm;
      reason = reason == null ? "" : reason;
    }
  }

  /** {@code timeoutSeconds}: 60 if left out. */
  record Exec(List<String> command, Integer timeoutSeconds) implements ApiRequest {
    private static final int DEFAULT_SECONDS = 60;
    private static final int MAX_SECONDS = 600;

    public Exec {
      if (command == null) {
        throw new IllegalArgumentException("the command to run is missing");
      }
      command = List.copyOf(command);
      timeoutSeconds = timeoutSeconds == null ? DEFAULT_SECONDS : timeoutSeconds;
      if (timeoutSeconds < 1 || timeoutSeconds > MAX_SECONDS) {
        throw new IllegalArgumentException("'timeoutSeconds' is 1 to " + MAX_SECONDS);
      }
    }
  }
}

package flocker.protocol.admin;

import java.util.List;

/**
 * @param operations newest first
 */
public record OperationList(List<OperationView> operations) implements AdminReply {
  public OperationList {
    operations = List.copyOf(operations);
  }
}

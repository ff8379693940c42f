package flocker.protocol.wire;

import flocker.protocol.WireMessage;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.BarrierView;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.ExecView;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.FolderDigest;
import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.LogsView;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.OperationList;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.PromotionView;
import flocker.protocol.admin.ReadinessView;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.admin.RollBackView;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.StashDetail;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.SwitchoverView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemList;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.authority.AuthorityBatch;
import flocker.protocol.authority.AuthorityDurable;
import flocker.protocol.authority.AuthorityEvent;
import flocker.protocol.replication.ReplicationMessage;
import flocker.protocol.retention.BasesTold;
import flocker.protocol.system.CatalogMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Every type that may cross a wire or a disk, under the name it has there. The only such list. */
public final class WireCatalogue {
  /** The one message that is not CBOR. */
  static final String CHUNK = "chunk.1";

  private static final Map<String, Class<? extends WireMessage>> TYPES = new LinkedHashMap<>();
  private static final Map<Class<?>, String> MANIFESTS = new LinkedHashMap<>();

  static {
    put("authority-batch.1", AuthorityBatch.class);

    put("authority-durable.1", AuthorityDurable.class);
    put("authority-promised.1", AuthorityEvent.Promised.class);
    put("authority-asked.1", AuthorityEvent.Asked.class);
    put("authority-won.1", AuthorityEvent.Won.class);
    put("authority-released.1", AuthorityEvent.Released.class);
    put("authority-barrier-kept.1", AuthorityEvent.BarrierKept.class);
    put("authority-lease-lengthened.1", AuthorityEvent.LeaseLengthened.class);
    put("authority-record-kept.1", AuthorityEvent.RecordKept.class);

    put("catalog-add.1", CatalogMessage.Add.class);
    put("catalog-remove.1", CatalogMessage.Remove.class);
    put("catalog-changed.1", CatalogMessage.Changed.class);

    put("bases-told.1", BasesTold.class);

    put("describe.1", ReplicationMessage.Describe.class);
    put("begin.1", ReplicationMessage.Begin.class);
    put(CHUNK, ReplicationMessage.Chunk.class);
    put("still-sending.1", ReplicationMessage.StillSending.class);
    put("end.1", ReplicationMessage.End.class);
    put("abort.1", ReplicationMessage.Abort.class);
    put("versions.1", ReplicationMessage.Versions.class);
    put("credit.1", ReplicationMessage.Credit.class);
    put("received.1", ReplicationMessage.Received.class);
    put("refused.1", ReplicationMessage.Refused.class);
    put("failed.1", ReplicationMessage.Failed.class);

    put("admin-describe-readiness.1", AdminCommand.DescribeReadiness.class);
    put("admin-describe-cluster.1", AdminCommand.DescribeCluster.class);
    put("admin-list-systems.1", AdminCommand.ListSystems.class);
    put("admin-describe-system.1", AdminCommand.DescribeSystem.class);
    put("admin-create-system.1", AdminCommand.CreateSystem.class);
    put("admin-start-system.1", AdminCommand.StartSystem.class);
    put("admin-stop-system.1", AdminCommand.StopSystem.class);
    put("admin-destroy-system.1", AdminCommand.DestroySystem.class);
    put("admin-exec-in-system.1", AdminCommand.ExecInSystem.class);
    put("admin-describe-logs.1", AdminCommand.DescribeLogs.class);
    put("admin-list-snapshots.1", SnapshotCommand.ListSnapshots.class);
    put("admin-create-snapshot.1", SnapshotCommand.CreateSnapshot.class);
    put("admin-pin-snapshot.1", SnapshotCommand.PinSnapshot.class);
    put("admin-list-files.1", SnapshotCommand.ListFiles.class);
    put("admin-read-file.1", SnapshotCommand.ReadFile.class);
    put("admin-diff-snapshots.1", SnapshotCommand.DiffSnapshots.class);
    put("admin-export-system.1", ArchiveCommand.ExportSystem.class);
    put("admin-switch-over.1", AdminCommand.SwitchOver.class);
    put("admin-list-stashes.1", AdminCommand.ListStashes.class);
    put("admin-list-events.1", AdminCommand.ListEvents.class);
    put("admin-list-operations.1", AdminCommand.ListOperations.class);
    put("admin-describe-operation.1", AdminCommand.DescribeOperation.class);

    put("admin-describe-retention.1", HistoryCommand.DescribeRetention.class);
    put("admin-set-retention.1", HistoryCommand.SetRetention.class);
    put("admin-describe-roll-back.1", HistoryCommand.DescribeRollBack.class);
    put("admin-roll-back.1", HistoryCommand.RollBack.class);
    put("admin-describe-stash.1", StashCommand.DescribeStash.class);
    put("admin-destroy-stash.1", StashCommand.DestroyStash.class);
    put("admin-take-barrier.1", MastershipCommand.TakeBarrier.class);
    put("admin-set-loss-policy.1", MastershipCommand.SetLossPolicy.class);
    put("admin-pause.1", MastershipCommand.Pause.class);
    put("admin-resume.1", MastershipCommand.Resume.class);
    put("admin-describe-promotion.1", MastershipCommand.DescribePromotion.class);
    put("admin-promote.1", MastershipCommand.Promote.class);

    put("admin-verify.1", VerifyCommand.Verify.class);
    put("admin-digest-folder.1", VerifyCommand.DigestFolder.class);

    put("admin-refusal.1", AdminRefusal.class);
    put("admin-barrier-view.1", BarrierView.class);
    put("admin-cluster-view.1", ClusterView.class);
    put("admin-diff-view.1", DiffView.class);
    put("admin-done.1", Done.class);
    put("admin-event-page.1", EventPage.class);
    put("admin-exec-view.1", ExecView.class);
    put("admin-file-chunk.1", FileChunk.class);
    put("admin-file-list.1", FileList.class);
    put("admin-folder-digest.1", FolderDigest.class);
    put("admin-logs-view.1", LogsView.class);
    put("admin-operation-list.1", OperationList.class);
    put("admin-operation-view.1", OperationView.class);
    put("admin-promotion-view.1", PromotionView.class);
    put("admin-readiness-view.1", ReadinessView.class);
    put("admin-retention-view.1", RetentionView.class);
    put("admin-roll-back-view.1", RollBackView.class);
    put("admin-snapshot-list.1", SnapshotList.class);
    put("admin-snapshot-view.1", SnapshotView.class);
    put("admin-stash-detail.1", StashDetail.class);
    put("admin-stash-list.1", StashList.class);
    put("admin-switchover-view.1", SwitchoverView.class);
    put("admin-system-detail.1", SystemDetail.class);
    put("admin-system-list.1", SystemList.class);
  }

  private WireCatalogue() {}

  private static void put(String manifest, Class<? extends WireMessage> type) {
    if (TYPES.put(manifest, type) != null || MANIFESTS.put(type, manifest) != null) {
      throw new IllegalStateException("listed twice: " + manifest + " " + type);
    }
  }

  /** All manifests with their types. */
  public static Map<String, Class<? extends WireMessage>> types() {
    return Collections.unmodifiableMap(TYPES);
  }

  static Optional<Class<? extends WireMessage>> type(String manifest) {
    return Optional.ofNullable(TYPES.get(manifest));
  }

  static Optional<String> manifest(Class<?> type) {
    return Optional.ofNullable(MANIFESTS.get(type));
  }
}

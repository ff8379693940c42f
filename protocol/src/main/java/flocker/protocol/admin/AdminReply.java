package flocker.protocol.admin;

import flocker.protocol.WireMessage;

/** The one answer to an {@link AdminCommand}: a view of what there is, or a refusal. */
public sealed interface AdminReply extends WireMessage
    permits AdminRefusal,
        BarrierView,
        ClusterView,
        DiffView,
        Done,
        EventPage,
        ExecView,
        FileChunk,
        FileList,
        FolderDigest,
        LogsView,
        OperationList,
        OperationView,
        PromotionView,
        ReadinessView,
        RetentionView,
        RollBackView,
        SnapshotList,
        SnapshotView,
        StashDetail,
        StashList,
        SwitchoverView,
        SystemDetail,
        SystemList {}

/**
 * What an operator asks of a node, and what the node answers. Every way in (command, page, console)
 * is an HTTP request, which becomes one {@link flocker.protocol.admin.AdminCommand} to the node's
 * admin actor and is answered by one {@link flocker.protocol.admin.AdminReply}. Both travel between
 * hosts where the node that was asked is not the one that can do it.
 *
 * <pre>
 * manifest                    class
 * admin-describe-readiness.1  AdminCommand.DescribeReadiness   → ReadinessView
 * admin-describe-cluster.1    AdminCommand.DescribeCluster     → ClusterView
 * admin-list-systems.1        AdminCommand.ListSystems         → SystemList
 * admin-describe-system.1     AdminCommand.DescribeSystem      → SystemDetail
 * admin-create-system.1       AdminCommand.CreateSystem        → OperationView
 * admin-start-system.1        AdminCommand.StartSystem         → Done
 * admin-stop-system.1         AdminCommand.StopSystem          → Done
 * admin-destroy-system.1      AdminCommand.DestroySystem       → Done
 * admin-exec-in-system.1      AdminCommand.ExecInSystem        → ExecView
 * admin-describe-logs.1       AdminCommand.DescribeLogs        → LogsView
 * admin-list-snapshots.1      SnapshotCommand.ListSnapshots    → SnapshotList
 * admin-create-snapshot.1     SnapshotCommand.CreateSnapshot   → SnapshotView
 * admin-pin-snapshot.1        SnapshotCommand.PinSnapshot      → Done
 * admin-list-files.1          SnapshotCommand.ListFiles        → FileList
 * admin-read-file.1           SnapshotCommand.ReadFile         → FileChunk
 * admin-diff-snapshots.1      SnapshotCommand.DiffSnapshots    → DiffView
 * admin-export-system.1       ArchiveCommand.ExportSystem      → OperationView
 * admin-switch-over.1         AdminCommand.SwitchOver          → SwitchoverView
 * admin-list-stashes.1        AdminCommand.ListStashes         → StashList
 * admin-list-events.1         AdminCommand.ListEvents          → EventPage
 * admin-list-operations.1     AdminCommand.ListOperations      → OperationList
 * admin-describe-operation.1  AdminCommand.DescribeOperation   → OperationView
 * admin-refusal.1             AdminRefusal
 * admin-cluster-view.1        ClusterView
 * admin-diff-view.1           DiffView
 * admin-done.1                Done
 * admin-event-page.1          EventPage
 * admin-exec-view.1           ExecView
 * admin-file-chunk.1          FileChunk
 * admin-file-list.1           FileList
 * admin-logs-view.1           LogsView
 * admin-operation-list.1      OperationList
 * admin-operation-view.1      OperationView
 * admin-readiness-view.1      ReadinessView
 * admin-snapshot-list.1       SnapshotList
 * admin-snapshot-view.1       SnapshotView
 * admin-stash-list.1          StashList
 * admin-switchover-view.1     SwitchoverView
 * admin-system-detail.1       SystemDetail
 * admin-system-list.1         SystemList
 * </pre>
 *
 * Commands and values validate themselves. Answers that may grow are bounded by the command's
 * limit, so that each fits a remoting frame; {@code ClusterView} is made by the node that was asked
 * and never travels. {@link flocker.protocol.admin.AdminJson} is how all of it looks over HTTP.
 */
package flocker.protocol.admin;

package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.ExportTarget;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SystemName;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Write a user system to a tar file or an OCI image layout.",
    footer = {
      "",
      "It is written by the host that does it, onto its own disks: the master, or --on. Without",
      "--snapshot one is taken now. What exists is never written over.",
      "",
      "Examples:",
      "  flocker system export shop --to-tar /srv/shop.tar.zst",
      "  flocker system export shop --to-oci /srv/shop.oci --snapshot before-upgrade --on b"
    })
final class SystemExportCommand extends NodeCall {
  @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
  private SystemName system;

  @ArgGroup(multiplicity = "1")
  private Target target;

  /** Where to. */
  static final class Target {
    @Option(
        names = "--to-tar",
        paramLabel = "FILE",
        description = "A new file: .tar, .tar.gz, .tar.zst or .tar.xz.")
    private Path tar;

    @Option(
        names = "--to-oci",
        paramLabel = "DIR",
        description = "A new folder, in OCI image layout.")
    private Path oci;
  }

  @Option(
      names = "--snapshot",
      paramLabel = "SNAPSHOT",
      converter = Values.Snapshot.class,
      description = "Its position, name, GUID, label, or 'newest'; else one is taken now.")
  private SnapshotRef snapshot;

  @Option(
      names = "--on",
      paramLabel = "HOST",
      converter = Values.Host.class,
      description = "Let this host do it; else the master.")
  private HostName host;

  @Option(names = "--no-wait", description = "Do not wait for the export's end.")
  private boolean noWait;

  @Mixin private ChangeTimeout timeout;

  @Override
  public Integer call() {
    ApiClient client = client();
    FollowedOperation followed = new FollowedOperation(context(), client, "exporting " + system);
    ApiClient.Answer answer =
        client.post(
            "/v1/systems/" + system + "/export?" + timeoutQuery(timeout.value()),
            request(),
            timeout.value());
    return show(followed.outcome(answer, !noWait), OperationView.class, FollowedOperation::text);
  }

  private ApiRequest.Export request() {
    try {
      Path path = target.tar == null ? target.oci : target.tar;
      return new ApiRequest.Export(
          new ExportTarget(
              target.tar == null ? ExportTarget.Kind.OCI : ExportTarget.Kind.TAR,
              context().directory().resolve(path).normalize().toString()),
          Optional.ofNullable(snapshot),
          Optional.ofNullable(host));
    } catch (IllegalArgumentException e) {
      throw misuse(e.getMessage());
    }
  }
}

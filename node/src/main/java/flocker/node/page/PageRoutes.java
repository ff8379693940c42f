package flocker.node.page;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import flocker.node.page.PageFiles.PageFile;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.ContentEncoding;
import org.apache.pekko.http.javadsl.model.headers.HttpEncodings;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code GET /} and {@code GET /assets/…}. */
public final class PageRoutes extends AllDirectives {
  /** What the page may do: ask the node that served it, and show what came with it. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final String LEFT_OUT =
      "This build of Flocker has no web page: node and npm were missing when it was built. The"
          + " command 'flocker status' shows the same.\n";
  private static final List<RawHeader> ALWAYS =
      List.of(
          RawHeader.create("Content-Security-Policy", POLICY),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Referrer-Policy", "no-referrer"),
          RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"),
          RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"),
          RawHeader.create("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
          RawHeader.create("Vary", "Accept-Encoding"));

  private final PageFiles files = new PageFiles();

  private PageRoutes() {}

  /** To be tried beside the API's routes; needs nobody to be logged in. */
  public static Route create() {
    return new PageRoutes().routes();
  }

  private Route routes() {
    return get(
        () ->
            concat(
                pathSingleSlash(this::index),
                path(segment("assets").slash(segment()), this::asset)));
  }

  private Route index() {
    return files
        .index()
        .map(file -> answer(file, ContentTypes.TEXT_HTML_UTF8, "no-cache"))
        .orElseGet(
            () ->
                complete(
                    HttpResponse.create()
                        .withStatus(StatusCodes.NOT_FOUND)
                        .withEntity(ContentTypes.TEXT_PLAIN_UTF8, LEFT_OUT)));
  }

  private Route asset(String name) {
    Optional<PageFile> file = files.asset(name);
    // Names of bundles carry a digest of what is in them.
    String keep = name.equals("icon.svg") ? "max-age=86400" : "max-age=31536000, immutable";
    return file.map(found -> answer(found, type(name), keep)).orElseGet(this::reject);
  }

  private static ContentType type(String name) {
    if (name.endsWith(".js")) {
      return MediaTypes.applicationWithOpenCharset("javascript", "js")
          .toContentType(HttpCharsets.UTF_8);
    }
    if (name.endsWith(".css")) {
      return MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
    }
    return MediaTypes.IMAGE_SVG_XML.toContentType();
  }

  private Route answer(PageFile file, ContentType type, String keep) {
    return optionalHeaderValueByName(
        "Accept-Encoding",
        accepted -> {
          boolean small = accepted.map(text -> text.contains("gzip")).orElse(false);
          HttpResponse response =
              HttpResponse.create()
                  .withEntity(type, bytes(file, small))
                  .addHeaders(List.copyOf(ALWAYS))
                  .addHeader(RawHeader.create("Cache-Control", keep));
          return complete(
              small ? response.addHeader(ContentEncoding.create(HttpEncodings.GZIP)) : response);
        });
  }

  private static byte[] bytes(PageFile file, boolean small) {
    return small ? file.gzip() : file.plain();
  }
}

package flocker.protocol.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminJsonTest {
  private final ObjectMapper strict = AdminJson.strict();

  @Test
  void statusHasTheShapeThatIsPromised() throws IOException {
    assertThat(tree(AdminSamples.cluster())).isEqualTo(golden("cluster-view.json"));
  }

  @Test
  void anOperationHasTheShapeThatIsPromised() throws IOException {
    assertThat(tree(AdminSamples.failedOperation())).isEqualTo(golden("operation-view.json"));
  }

  @Test
  void aNewSystemNeedsOnlyItsNameAndSource() throws IOException {
    NewSystem read =
        strict.readValue(
            "{\"name\":\"shop\",\"source\":{\"kind\":\"dir\",\"path\":\"/srv/shop\"}}",
            NewSystem.class);
    assertThat(read)
        .isEqualTo(
            new NewSystem(
                AdminSamples.SHOP,
                new SystemSource(SystemSource.Kind.DIRECTORY, "/srv/shop"),
                SystemSettings.defaults()));
    assertThat(read.settings().init()).containsExactly("/sbin/init");
    assertThat(read.settings().stopSignal()).isEqualTo("TERM");
    assertThat(read.settings().stopGraceSeconds()).isEqualTo(10);
  }

  @Test
  void aNewSystemWithEverySettingIsReadBack() throws IOException {
    NewSystem full = AdminSamples.newSystem();
    assertThat(strict.readValue(golden("new-system.json").toString(), NewSystem.class))
        .isEqualTo(full);
    assertThat(tree(full)).isEqualTo(golden("new-system.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"name\":\"shop\"}",
        "{\"name\":\"Shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"x\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"zip\",\"path\":\"/x\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":0,\"path\":\"/x\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"},\"colour\":\"red\"}",
        "{\"name\":\"shop\",\"name\":\"mail\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"}} {}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"},"
            + "\"settings\":{\"memory\":\"512\"}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"},"
            + "\"settings\":{\"publish\":[5432]}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"},"
            + "\"settings\":{\"init\":[null]}}",
        "{\"name\":\"shop\",\"source\":{\"kind\":\"tar\",\"path\":\"/x\"},"
            + "\"settings\":{\"env\":{\"A\":null}}}",
      })
  void whatIsNotExactlyANewSystemIsRefused(String text) {
    assertThatThrownBy(
            () -> Objects.requireNonNull(strict.readValue(text, NewSystem.class), "null"))
        .isInstanceOfAny(JsonProcessingException.class, NullPointerException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'Shop'} | property 'name': a system's name is a lower-case letter, .* 'Shop'",
        "{'name':'shop'} | a new system needs a source",
        "{'name':'s','source':{'kind':'dir','path':'/x'},'colour':1} | there is no property 'colour'",
        "{'name':['x']} | property 'name': it is missing, or not of the type that belongs there",
        "{'settings':{'memory':'12'}} | property 'settings.memory': it is missing, or not .*",
        "{'settings':{'init':[1]}} | property 'settings.init.0': it is missing, or not .*",
        "{'name':'shop' | the text is not valid JSON at line 1, column .*",
      })
  void aComplaintSaysWhatIsWrongWithoutInternals(String text, String complaint) {
    assertThatThrownBy(() -> strict.readValue(text.replace('\'', '"'), NewSystem.class))
        .isInstanceOfSatisfying(
            JsonProcessingException.class,
            fault -> assertThat(AdminJson.complaint(fault)).matches(complaint));
  }

  @Test
  void everyRefusalCodeIsWrittenAsItsWord() throws IOException {
    for (RefusalCode code : RefusalCode.values()) {
      assertThat(strict.writeValueAsString(code)).isEqualTo("\"" + code.word() + "\"");
    }
    for (SystemView.State state : SystemView.State.values()) {
      assertThat(strict.writeValueAsString(state)).isEqualTo("\"" + state.word() + "\"");
    }
    for (SystemView.ReplicaState state : SystemView.ReplicaState.values()) {
      assertThat(strict.writeValueAsString(state)).isEqualTo("\"" + state.word() + "\"");
    }
  }

  @Test
  void statusHasEveryNameOfTheReference() throws IOException {
    JsonNode status = tree(AdminSamples.cluster());
    JsonNode system = status.at("/systems/0");
    assertThat(fields(status)).contains("cluster", "hosts", "systems", "voters");
    assertThat(fields(status.at("/hosts/0")))
        .contains("name", "address", "role", "reachable", "voter", "storage");
    assertThat(fields(system))
        .contains("name", "id", "state", "master", "epoch", "lease", "endpoints", "snapshots")
        .contains("newest", "replicas", "lossIfMasterDiedNow", "barrier", "stashes", "alarms");
    assertThat(fields(system.get("newest"))).startsWith("name", "guid", "epoch", "seq", "at");
    assertThat(fields(system.at("/replicas/0")))
        .containsExactly("host", "state", "lagSeconds", "lagBytes", "position", "stream");
  }

  private JsonNode tree(Object value) throws IOException {
    return strict.readTree(strict.writeValueAsString(value));
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode golden(String name) throws IOException {
    try (InputStream in = AdminJsonTest.class.getResourceAsStream("/admin/" + name)) {
      return strict.readTree(in);
    }
  }
}

package flocker.node.metrics;

import flocker.node.metrics.StorageMeters.Count;
import flocker.node.storage.Dataset;
import flocker.node.storage.ReceiveStream;
import flocker.node.storage.SendStream;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Storage that counts. A proxy of the interface, because to most of the port's calls it adds
 * nothing: a call that is new there needs nothing here.
 */
public final class MeteredStorage {
  /** What a counted storage also is. */
  interface Metered {
    StorageMeters meters();
  }

  private MeteredStorage() {}

  /** The same storage, counted. */
  public static Storage of(Storage storage) {
    StorageMeters meters = new StorageMeters();
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class, Metered.class},
            (proxy, method, arguments) ->
                method.getDeclaringClass() == Metered.class
                    ? meters
                    : counted(meters, method, arguments, call(storage, method, arguments)));
  }

  private static Object call(Storage storage, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(storage, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object counted(
      StorageMeters meters, Method method, Object[] arguments, Object result) {
    if (arguments == null || arguments.length == 0 || !(arguments[0] instanceof Dataset dataset)) {
      return result;
    }
    if (method.getName().equals("snapshot")) {
      meters.add(Count.SNAPSHOTS_TAKEN, dataset, 1);
    } else if (method.getName().equals("destroySnapshot")) {
      meters.add(Count.SNAPSHOTS_DESTROYED, dataset, 1);
    } else if (result instanceof SendStream stream) {
      return new Sent(stream, new CountedInput(stream.bytes(), meters, dataset));
    } else if (result instanceof ReceiveStream stream) {
      return new Received(stream, new CountedOutput(stream.sink(), meters, dataset));
    }
    return result;
  }

  private record Sent(SendStream stream, InputStream bytes) implements SendStream {
    @Override
    public void finish() throws StorageFault {
      stream.finish();
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  private record Received(ReceiveStream stream, OutputStream sink) implements ReceiveStream {
    @Override
    public void finish() throws StorageFault {
      stream.finish();
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  private static final class CountedInput extends FilterInputStream {
    private final StorageMeters meters;
    private final Dataset dataset;

    CountedInput(InputStream in, StorageMeters meters, Dataset dataset) {
      super(in);
      this.meters = meters;
      this.dataset = dataset;
    }

    @Override
    public int read() throws IOException {
      int found = in.read();
      count(found < 0 ? 0 : 1);
      return found;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int found = in.read(into, offset, length);
      count(Math.max(found, 0));
      return found;
    }

    private void count(int bytes) {
      meters.add(Count.SENT_BYTES, dataset, bytes);
    }
  }

  private static final class CountedOutput extends FilterOutputStream {
    private final StorageMeters meters;
    private final Dataset dataset;

    CountedOutput(OutputStream out, StorageMeters meters, Dataset dataset) {
      super(out);
      this.meters = meters;
      this.dataset = dataset;
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      meters.add(Count.RECEIVED_BYTES, dataset, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      out.write(from, offset, length);
      meters.add(Count.RECEIVED_BYTES, dataset, length);
    }
  }
}

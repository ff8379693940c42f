package flocker.node.replication;

import flocker.node.storage.ReceiveStream;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/** A storage that says how many bytes each write into a receive has. */
final class PouringStorage {
  private final Storage real;
  private final IntConsumer poured;

  PouringStorage(Storage real, IntConsumer poured) {
    this.real = real;
    this.poured = poured;
  }

  Storage storage() {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof ReceiveStream stream ? counting(stream) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ReceiveStream counting(ReceiveStream stream) {
    return new ReceiveStream() {
      @Override
      public OutputStream sink() {
        return new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            poured.accept(1);
            stream.sink().write(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            poured.accept(length);
            stream.sink().write(bytes, offset, length);
          }
        };
      }

      @Override
      public void finish() throws StorageFault {
        stream.finish();
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }
}

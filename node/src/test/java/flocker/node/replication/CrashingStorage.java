package flocker.node.replication;

import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * A storage whose host loses power at its n-th call: that one may be done or not, later ones not.
 */
final class CrashingStorage {
  private final Storage real;
  private final int crashAt;
  private final boolean doneAtCrash;
  private int calls;

  /**
   * @param crashAt the number of the call, from 1
   * @param doneAtCrash whether that call still happens
   */
  CrashingStorage(Storage real, int crashAt, boolean doneAtCrash) {
    this.real = real;
    this.crashAt = crashAt;
    this.doneAtCrash = doneAtCrash;
  }

  boolean crashed() {
    return calls >= crashAt;
  }

  Storage storage() {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              calls++;
              if (calls < crashAt || (calls == crashAt && doneAtCrash)) {
                try {
                  Object result = method.invoke(real, arguments);
                  if (calls < crashAt) {
                    return result;
                  }
                  if (result instanceof AutoCloseable stream) {
                    stream.close();
                  }
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }
              throw new StorageFault(StorageFault.Kind.UNAVAILABLE, "the power is gone");
            });
  }
}

package flocker.node.journal;

import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/**
 * Makes the journal's connections, all durable alike, and knows those that are open.
 *
 * <p>An actor system that ends in the middle of a transaction leaves its connection open with the
 * write lock held: Slick's remaining steps are refused by its executor, and HikariCP's abort does
 * nothing on SQLite. A new actor system in the same process would find the journal locked for ever.
 * So {@link JournalFiles#close} closes what is left. Named in flocker-journal.conf, made by
 * HikariCP by reflection.
 */
public final class JournalSource extends SQLiteDataSource {
  private static final int BUSY_MILLIS = 20_000;
  private static final Map<String, Set<SQLiteConnection>> OPEN = new ConcurrentHashMap<>();

  /** Before a url is set. */
  public JournalSource() {
    setJournalMode(SQLiteConfig.JournalMode.WAL.getValue());
    setSynchronous(SQLiteConfig.SynchronousMode.FULL.getValue());
    setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE.getValue());
    getConfig().setBusyTimeout(BUSY_MILLIS);
  }

  @Override
  public SQLiteConnection getConnection(String user, String password) throws SQLException {
    SQLiteConnection connection = super.getConnection(user, password);
    OPEN.computeIfAbsent(getUrl(), url -> ConcurrentHashMap.newKeySet()).add(connection);
    return connection;
  }

  /** Closes every connection to {@code url}; what they had not committed is rolled back. */
  static void closeAll(String url) throws SQLException {
    Set<SQLiteConnection> left = OPEN.remove(url);
    if (left != null) {
      for (SQLiteConnection connection : left) {
        connection.close();
      }
    }
  }
}

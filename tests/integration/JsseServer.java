import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Java's own TLS with everything it still carries switched on: SSLv3, RC4, 3DES, EXPORT, NULL and anonymous suites.
 *
 * <p>usage: java JsseServer.java PORT none|want|need PROTOCOL,... KEYSTORE.p12...
 */
public class JsseServer {
  private static final char[] PASSWORD = "changeit".toCharArray();

  public static void main(String[] args) throws Exception {
    for (String list : new String[] {"jdk.tls.disabledAlgorithms", "jdk.certpath.disabledAlgorithms", "jdk.tls.legacyAlgorithms"}) {
      Security.setProperty(list, "");
    }
    KeyStore identities = empty();
    KeyStore trusted = empty();
    for (int i = 3; i < args.length; i++) {
      KeyStore file = KeyStore.getInstance("PKCS12");
      try (FileInputStream in = new FileInputStream(args[i])) {
        file.load(in, PASSWORD);
      }
      for (String alias : Collections.list(file.aliases())) {
        Certificate[] chain = file.getCertificateChain(alias);
        identities.setKeyEntry(alias, file.getKey(alias, PASSWORD), PASSWORD, chain);
        trusted.setCertificateEntry(alias, chain[chain.length - 1]);
      }
    }

    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(identities, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);

    SSLServerSocket listening =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(args[0]), 100, InetAddress.getByName("127.0.0.1"));
    listening.setEnabledProtocols(args[2].split(","));
    listening.setEnabledCipherSuites(listening.getSupportedCipherSuites());
    listening.setWantClientAuth(args[1].equals("want"));
    if (args[1].equals("need")) listening.setNeedClientAuth(true);
    while (true) {
      SSLSocket connection = (SSLSocket) listening.accept();
      new Thread(() -> answer(connection)).start();
    }
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static void answer(SSLSocket connection) {
    try (connection) {
      connection.setSoTimeout(5000);
      connection.startHandshake();
      connection.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nok\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException refusedHandshake) {
      // Refusing is what a server under test does most of the day.
    }
  }
}

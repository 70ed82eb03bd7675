import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;

/**
 * JSSE servers in memory, told by lines what to be and what they hear:
 *
 * <pre>
 * key NAME RSA|EC PKCS8HEX CERTIFICATEHEX
 * server PROTOCOL,... SUITE,... true|false NAME,...     a new server with these keys; true: its own order of suites
 * hear HEX                                              answered by one line of what it sends, in hex
 * </pre>
 */
public class JsseSelection {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final HexFormat HEX = HexFormat.of();
  private static final Map<String, SSLContext> CONTEXTS = new HashMap<>();
  private static final Map<String, PrivateKey> KEYS = new HashMap<>();
  private static final Map<String, Certificate> CERTIFICATES = new HashMap<>();

  private static SSLEngine engine;
  private static ByteBuffer heard;

  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "key" -> learn(words);
        case "server" -> begin(words);
        default -> System.out.println(answer(HEX.parseHex(words[1])));
      }
    }
  }

  private static void learn(String[] words) throws Exception {
    KEYS.put(words[1], KeyFactory.getInstance(words[2]).generatePrivate(new PKCS8EncodedKeySpec(HEX.parseHex(words[3]))));
    CERTIFICATES.put(words[1], CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(HEX.parseHex(words[4]))));
  }

  private static SSLContext context(String names) throws Exception {
    SSLContext known = CONTEXTS.get(names);
    if (known != null) return known;
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String name : names.split(",")) store.setKeyEntry(name, KEYS.get(name), PASSWORD, new Certificate[] {CERTIFICATES.get(name)});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
    managers.init(store, PASSWORD);
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(managers.getKeyManagers(), null, null);
    CONTEXTS.put(names, made);
    return made;
  }

  private static void begin(String[] words) throws Exception {
    engine = context(words[4]).createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(words[1].split(","));
    engine.setEnabledCipherSuites(words[2].split(","));
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setUseCipherSuitesOrder(Boolean.parseBoolean(words[3]));
    engine.setSSLParameters(parameters);
    heard = ByteBuffer.allocate(1 << 16);
    heard.flip();
  }

  private static String answer(byte[] bytes) {
    heard.compact();
    heard.put(bytes);
    heard.flip();
    ByteBuffer said = ByteBuffer.allocate(1 << 17);
    ByteBuffer nothing = ByteBuffer.allocate(1 << 15);
    try {
      engine.beginHandshake();
    } catch (Exception alreadyBroken) {
      return "";
    }
    boolean broken = false;
    for (int step = 0; step < 64; step++) {
      try {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
          engine.getDelegatedTask().run();
        } else if (status == HandshakeStatus.NEED_WRAP || broken) {
          if (engine.wrap(ByteBuffer.allocate(0), said).bytesProduced() == 0) break;
        } else if (heard.hasRemaining()) {
          if (engine.unwrap(heard, nothing).bytesConsumed() == 0 && engine.getHandshakeStatus() == status) break;
        } else {
          break;
        }
      } catch (Exception refusal) {
        // The alert is still to be fetched.
        if (broken) break;
        broken = true;
      }
    }
    said.flip();
    byte[] out = new byte[said.remaining()];
    said.get(out);
    return HEX.formatHex(out);
  }
}

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
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * JSSE servers in memory, told by lines what to be and what they hear:
 *
 * <pre>
 * certificate NAME HEX
 * key NAME RSA|EC PKCS8HEX NAME,...                     its chain, leaf first
 * server PROTOCOL,... SUITE,... true|false NAME,...     a new server with these keys; true: its own order of suites
 * hear HEX                                              answered by one line of what it sends, in hex
 * pair PROTOCOL SUITE,... NAME SECONDS NAME,...         a whole handshake with that server's key, a client that trusts the
 *                                                       last named and has that clock; answered by "works", or by who
 *                                                       gives up and the name of the alert
 * </pre>
 */
public class JsseSelection {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final HexFormat HEX = HexFormat.of();
  private static final Map<String, SSLContext> CONTEXTS = new HashMap<>();
  private static final Map<String, PrivateKey> KEYS = new HashMap<>();
  private static final Map<String, Certificate> CERTIFICATES = new HashMap<>();
  private static final Map<String, Certificate[]> CHAINS = new HashMap<>();

  private static SSLEngine engine;
  private static ByteBuffer heard;

  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "certificate" -> CERTIFICATES.put(words[1], CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(HEX.parseHex(words[2]))));
        case "key" -> learn(words);
        case "pair" -> System.out.println(meet(words));
        case "server" -> begin(words);
        default -> System.out.println(answer(HEX.parseHex(words[1])));
      }
    }
  }

  private static void learn(String[] words) throws Exception {
    KEYS.put(words[1], KeyFactory.getInstance(words[2]).generatePrivate(new PKCS8EncodedKeySpec(HEX.parseHex(words[3]))));
    List<Certificate> chain = new ArrayList<>();
    for (String name : words[4].split(",")) chain.add(CERTIFICATES.get(name));
    CHAINS.put(words[1], chain.toArray(new Certificate[0]));
  }

  private static SSLContext context(String names) throws Exception {
    SSLContext known = CONTEXTS.get(names);
    if (known != null) return known;
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String name : names.split(",")) store.setKeyEntry(name, KEYS.get(name), PASSWORD, CHAINS.get(name));
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

  private static String meet(String[] words) throws Exception {
    SSLEngine server = context(words[3]).createSSLEngine();
    server.setUseClientMode(false);
    SSLEngine client = trusting(words[5], Long.parseLong(words[4])).createSSLEngine();
    client.setUseClientMode(true);
    for (SSLEngine end : List.of(server, client)) {
      end.setEnabledProtocols(new String[] {words[1]});
      end.setEnabledCipherSuites(words[2].split(","));
      end.beginHandshake();
    }
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16).flip();
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16).flip();
    for (int round = 0; round < 16; round++) {
      if (turn(client, toClient, toServer) != null) return "client " + heardBy(server, toServer);
      if (turn(server, toServer, toClient) != null) return "server " + heardBy(client, toClient);
    }
    return "works";
  }

  /** The name of the alert that has come, as this end tells it. */
  private static String heardBy(SSLEngine end, ByteBuffer in) {
    String said = turn(end, in, ByteBuffer.allocate(1 << 16).flip());
    String known = "Received fatal alert: ";  // Newer releases put the alert's name before it, in brackets.
    int told = said == null ? -1 : said.indexOf(known);
    return told >= 0 ? said.substring(told + known.length()) : "unheard: " + said;
  }

  /** Why this end gives up, its alert then being in {@code out}; null while it goes on. */
  private static String turn(SSLEngine end, ByteBuffer in, ByteBuffer out) {
    ByteBuffer nothing = ByteBuffer.allocate(1 << 15);
    try {
      for (int step = 0; step < 64; step++) {
        HandshakeStatus status = end.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
          end.getDelegatedTask().run();
        } else if (status == HandshakeStatus.NEED_WRAP) {
          speak(end, out);
        } else if (in.hasRemaining()) {
          if (end.unwrap(in, nothing.clear()).bytesConsumed() == 0 && end.getHandshakeStatus() == status) return null;
        } else {
          return null;
        }
      }
    } catch (Exception refusal) {
      try {
        speak(end, out);
      } catch (Exception nothingToSay) {
        // Then the other end hears nothing, and the caller says so.
      }
      return String.valueOf(refusal.getMessage());
    }
    return null;
  }

  private static void speak(SSLEngine end, ByteBuffer out) throws Exception {
    ByteBuffer said = ByteBuffer.allocate(1 << 15);
    end.wrap(ByteBuffer.allocate(0), said);
    out.compact().put(said.flip()).flip();
  }

  private static SSLContext trusting(String names, long seconds) throws Exception {
    SSLContext known = CONTEXTS.get("trust " + names);
    if (known != null) return known;
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String name : names.split(",")) store.setCertificateEntry(name, CERTIFICATES.get(name));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
    parameters.setRevocationEnabled(false);
    parameters.setDate(new Date(seconds * 1000));
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(new CertPathTrustManagerParameters(parameters));
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(null, managers.getTrustManagers(), null);
    CONTEXTS.put("trust " + names, made);
    return made;
  }
}

import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One handshake as Java's own TLS makes it, told in one line: version, suite, SHA-256 of the leaf.
 *
 * <p>usage: java JsseClient.java HOST PORT [PROTOCOL,...]
 */
public class JsseClient {
  public static void main(String[] args) throws Exception {
    if (args.length > 2) {
      // Old versions are off unless somebody asks for them.
      for (String list : new String[] {"jdk.tls.disabledAlgorithms", "jdk.certpath.disabledAlgorithms"}) Security.setProperty(list, "");
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TakesAll()}, null);
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(args[0], Integer.parseInt(args[1]))) {
      if (args.length > 2) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(args[2].split(","));
        socket.setSSLParameters(parameters);
      }
      socket.startHandshake();
      SSLSession session = socket.getSession();
      byte[] leaf = ((X509Certificate) session.getPeerCertificates()[0]).getEncoded();
      StringBuilder digest = new StringBuilder();
      for (byte b : MessageDigest.getInstance("SHA-256").digest(leaf)) digest.append(String.format("%02x", b));
      System.out.println(session.getProtocol() + " " + session.getCipherSuite() + " " + digest);
    }
  }

  /** What the server shows is the question here, not whether it is trusted. */
  private static class TakesAll extends X509ExtendedTrustManager {
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

"""Where tshark and ucready differ over public captures, and why. (file, client): reason. Everything else must be equal."""

EXPLAINED = {
    ("mercury/encrypted_handshake_cert_false_positive.pcap", "192.168.10.12:51098"):
        "encrypted bytes that tshark takes for a ServerHello of version 0x0000; no hello stands before them",
    ("ndpi/KakaoTalk_chat.pcap", "10.24.82.188:35503"):
        "the server's answer comes out of order; tshark loses it, the packets hold it",
    ("ndpi/tls_cipher_lens.pcap", "192.168.11.11:51591"):
        "the hello's lists contradict their lengths; tshark computes a JA3 of what it could read",
    ("suricata-verify/bug-1450-05__tls_DER-incomplete-content.pcap", "127.0.0.1:50802"):
        "the certificate's DER ends before the bytes of its entry do; tshark hashes the DER, we the entry as presented",
    ("suricata-verify/bypass-depth-disabled__input.pcap", "127.0.0.1:39036"):
        "tshark misses the ClientHello, which the packets hold",
    ("suricata-verify/sslv2-tls-upgrade-01__ssl-v2-s1.pcap", "10.150.98.145:1660"):
        "a hello in SSLv2 form, of which tshark's fields give nothing",
    ("suricata-verify/tls_tls-glupteba__input.pcap", "192.168.134.106:23481"):
        "a hello in SSLv2 form, of which tshark's fields give nothing",
    ("wireshark/wireguard-ping-tcp-dsb.pcapng", "10.10.0.1:49472"):
        "TLS inside a WireGuard tunnel, which tshark decrypts with secrets of the capture",
    ("zeek/tls_irc-starttls.pcap", "203.143.168.47:55123"):
        "TLS behind IRC's STARTTLS, which tshark does not follow",
}

# Where the baselines of the captures' own projects differ from us, and why. (file, origin, client): reason.
NO_NAME = "nDPI writes `d` wherever it knows a host name, from whatever protocol; this hello has no server_name, and tshark sees none either"
FIRST_TWO = "nDPI's `ht` of `http/1.1`; JA4 takes the first and the last character, `h1`"
OFFERED_VERSION = "nDPI tells the hello's version where no ServerHello was captured; v_session.version is what was negotiated"
ALPN_IN_HEX = ("JA4's programs write 99 for a first ALPN name that is no text; its specification has since said: the first and last character of the "
               "name in hexadecimal")
KEY_SHARE_40 = "a draft before 23 of TLS 1.3: key_share has another number in it, and only the sizes of the final version are inferred from"
EXPLAINED_OF_ORIGINS = {
    ("ja4/tls-non-ascii-alpn.pcapng", "ja4.python", "192.168.1.168:50112"): ALPN_IN_HEX,
    ("ja4/tls-non-ascii-alpn.pcapng", "ja4.rust", "192.168.1.168:50112"): ALPN_IN_HEX,
    ("ndpi/KakaoTalk_chat.pcap", "ndpi", "10.24.82.188:35503"): NO_NAME,
    ("ndpi/KakaoTalk_chat.pcap", "ndpi", "10.24.82.188:35511"): NO_NAME,
    ("ndpi/KakaoTalk_chat.pcap", "ndpi", "10.24.82.188:37821"): NO_NAME,
    ("ndpi/KakaoTalk_chat.pcap", "ndpi", "10.24.82.188:45213"): NO_NAME,
    ("ndpi/KakaoTalk_chat.pcap", "ndpi", "10.24.82.188:58964"):
        NO_NAME + "; without extensions JA4 ends in twelve zeros, nDPI in the digest of nothing; " + OFFERED_VERSION,
    ("ndpi/codm.pcap", "ndpi", "10.215.173.1:45028"): FIRST_TWO,
    ("ndpi/ftp-start-tls.pcap", "ndpi", "10.238.26.36:62092"): NO_NAME + "; its version is the hello's, the answer is TLSv1.0 for tshark too",
    ("ndpi/psiphon3.pcap", "ndpi", "192.168.0.103:40557"): NO_NAME,
    ("ndpi/smtp-starttls.pcap", "ndpi", "10.0.0.1:57406"): NO_NAME,
    ("ndpi/tls_1.2_unidirectional_client.pcapng", "ndpi", "192.168.12.156:43854"): OFFERED_VERSION,
    ("ndpi/tls_1.2_unidirectional_client_no_cert.pcapng", "ndpi", "192.168.12.156:39958"): FIRST_TWO + "; " + OFFERED_VERSION,
    ("ndpi/tls_1.3_unidirectional_client.pcapng", "ndpi", "192.168.12.156:39750"): FIRST_TWO + "; " + OFFERED_VERSION,
    ("ndpi/tls_cipher_lens.pcap", "ndpi", "192.168.11.11:51587"): OFFERED_VERSION,
    ("ndpi/tls_cipher_lens.pcap", "ndpi", "192.168.11.11:51588"):
        NO_NAME + "; without extensions JA4 ends in twelve zeros, nDPI in the digest of nothing; " + OFFERED_VERSION,
    ("ndpi/tls_verylong_certificate.pcap", "ndpi", "192.168.1.160:54804"): FIRST_TWO,
    ("ndpi/tls_with_huge_ch.pcapng", "ndpi", "172.30.84.193:40640"): NO_NAME + "; its version is the legacy one of the ServerHello",
    ("zeek/tls_chrome-1250-tls-x25519-kyber.pcap", "zeek", "0.0.51.217:13783"):
        "Zeek calls TLS 1.3 established once both sent encrypted records; we where the client's flight has the size of a Finished, which it has not here",
    ("zeek/tls_imap-starttls.pcap", "ndpi", "192.168.17.53:49640"): NO_NAME,
    ("zeek/tls_tls13draft16-chrome55.0.2879.0-canary.pcap", "zeek", "192.168.6.203:53994"): KEY_SHARE_40,
    ("zeek/tls_tls13draft16-chrome55.0.2879.0-canary.pcap", "zeek", "192.168.6.203:53996"): KEY_SHARE_40,
    ("zeek/tls_tls13draft16-ff52.a01.pcap", "zeek", "192.150.187.20:36778"): KEY_SHARE_40,
    ("zeek/tls_tls13draft16-ff52.a01.pcap", "zeek", "192.150.187.20:36782"): KEY_SHARE_40,
}

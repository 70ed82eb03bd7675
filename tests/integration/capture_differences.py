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

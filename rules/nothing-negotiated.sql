-- id: nothing-negotiated
-- severity: medium
-- title: TLS answers, but nothing was negotiated
-- remedy: Nothing else is known of this interface. It may lack every suite and group that was offered, or want something
--   of its clients that is not known: see its own log and configuration (a minimum, a list of ciphers, a list of
--   allowed clients), then scan again.
-- Only versions that were asked have a row; SSLv3 is one of them where --legacy was given or implied.
SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol,
       CASE WHEN sum(v.alert = 'unrecognized_name') > 0 AND i.server_name IS NULL
              THEN 'Ask by a name that is served here: server_name of this interface in the site file, or the host name as '
                   || 'target. Nothing else is known of this interface until then.'
            WHEN sum(v.alert = 'unrecognized_name') > 0
              THEN 'The name that was asked for is not served here: correct server_name of this interface in the site file, '
                   || 'or the host name of the target. Nothing else is known of this interface until then.'
            WHEN sum(v.version = 'SSLv3') = 0
              THEN 'Scan again with --legacy, which adds SSLv3 and suites that only old systems have. Where that is refused '
                   || 'too, see its own log and configuration. Nothing else is known of this interface until then.'
       END AS remedy,
       format('asked %s: %s', coalesce('for ' || i.server_name, 'without a name'),
              group_concat(v.version || ' ' || v.outcome || coalesce(' (' || coalesce(v.alert, substr(v.detail, 1, 200)) || ')', ''),
                           ', ')) AS evidence,
       'observed' AS confidence
FROM interface AS i
JOIN interface_version AS v ON v.run_id = i.run_id AND v.n = i.n
WHERE i.run_id = :run_id AND i.state = 'tls'
GROUP BY i.run_id, i.n
HAVING sum(v.outcome = 'accepted') = 0

-- Whose 4G list was counted, and of which day: the denominator of the station ratio is not settled
-- nationally, so the answer says what it stood on.
--
-- :as_of (date)
SELECT c.source, c.source_date, count(DISTINCT c.site_id) AS stations
FROM cells c
WHERE c.technology = '4G' AND c.state = 'on_air' AND coalesce(c.on_air_on <= :as_of, true)
GROUP BY c.source, c.source_date
ORDER BY stations DESC, c.source, c.source_date

-- Waivers with their reasons; a waiver whose time is over is kept, and counts no more.
CREATE VIEW v_waiver AS
SELECT finding_id, reason, until AS waived_until, made_at FROM waiver;

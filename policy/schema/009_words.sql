-- The health that a device last sent, and lasting fields that it sent before
-- (health_field.h).
ALTER TABLE device_seen ADD COLUMN health TEXT NOT NULL DEFAULT '';
UPDATE device_seen SET health = coalesce((SELECT h.health FROM heartbeat h
    WHERE h.id = device_seen.device * 64 + (device_seen.beats + 63) % 64), '');

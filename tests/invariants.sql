-- Truths about the rows of the shipped bot that hold whatever people do. Each query must give no rows; the comment above it
-- is its name. `:now` is the present moment of the simulation.

-- Nobody of the staff has two bookings whose times, buffers included, meet, unless they are of one group session
SELECT one.id, other.id AS other, one.staff_id
FROM bookings AS one JOIN bookings AS other
ON other.staff_id = one.staff_id AND other.id > one.id AND other.blocked && one.blocked
AND (one.group_session_id = other.group_session_id) IS NOT TRUE
WHERE one.status IN ('held', 'pending', 'confirmed') AND other.status IN ('held', 'pending', 'confirmed');

-- No room has two bookings whose times, buffers included, meet, unless they are of one group session
SELECT one.id, other.id AS other, one.room_id
FROM bookings AS one JOIN bookings AS other
ON other.room_id = one.room_id AND other.id > one.id AND other.blocked && one.blocked
AND (one.group_session_id = other.group_session_id) IS NOT TRUE
WHERE one.status IN ('held', 'pending', 'confirmed') AND other.status IN ('held', 'pending', 'confirmed');

-- Nobody of the staff is booked, buffers included, while they are away
SELECT bookings.id, absences.id AS absence FROM bookings
JOIN absences ON absences.staff_id = bookings.staff_id AND absences.period && bookings.blocked
WHERE status IN ('held', 'pending', 'confirmed');

-- A booking takes a room of its location, and one of each of its services that need one, or none where none does
SELECT bookings.id, bookings.room_id FROM bookings LEFT JOIN rooms ON rooms.id = bookings.room_id
WHERE bookings.location_id <> rooms.location_id
OR (bookings.room_id IS NOT NULL) <> EXISTS (
    SELECT FROM booking_services JOIN services ON services.id = booking_services.service_id
    WHERE booking_id = bookings.id AND needs_room
)
OR EXISTS (
    SELECT FROM booking_services JOIN services ON services.id = booking_services.service_id
    WHERE booking_id = bookings.id AND needs_room AND NOT EXISTS (
        SELECT FROM service_rooms
        WHERE service_rooms.service_id = services.id AND service_rooms.room_id = bookings.room_id
    )
);

-- Those of one group session are in one room
SELECT group_session_id FROM bookings
WHERE status IN ('held', 'pending', 'confirmed') AND group_session_id IS NOT NULL
GROUP BY group_session_id HAVING count(DISTINCT coalesce(room_id, 0)) > 1;

-- No effect has made two bookings
SELECT key, count(*) FROM bookings WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1;

-- A booking is live, over or cancelled, and who cancelled it is known
SELECT id, status FROM bookings
WHERE status NOT IN ('held', 'pending', 'confirmed', 'cancelled', 'completed', 'no_show')
OR (status = 'cancelled') <> (cancelled_at IS NOT NULL)
OR (status = 'cancelled') <> (cancelled_by IS NOT NULL)
OR (status = 'held') <> (held_until IS NOT NULL)
OR (status = 'held' AND user_id <> 0 AND held_until > :now + CASE
    WHEN id IN (SELECT hold_id FROM invoices) THEN interval '15 minutes' ELSE interval '5 minutes'
END);

-- A group session has as many places taken as its live bookings have people, and no more than there are
SELECT group_sessions.id, taken, capacity FROM group_sessions
WHERE taken > capacity OR taken <> (
    SELECT coalesce(sum(party), 0) FROM bookings
    WHERE group_session_id = group_sessions.id AND status IN ('held', 'pending', 'confirmed')
);

-- A booking of a group session is of its service, staff, place and time, and others have none
SELECT bookings.id FROM bookings JOIN services ON services.id = bookings.service_id
LEFT JOIN group_sessions AS held ON held.id = group_session_id
WHERE (group_session_id IS NOT NULL) <> (services.capacity > 1)
OR (held.service_id, held.staff_id, held.location_id, held.starts_at)
    <> (bookings.service_id, bookings.staff_id, bookings.location_id, lower(period));

-- Nobody has more than two times kept
SELECT user_id, count(*) FROM bookings WHERE status = 'held' AND held_until > :now AND user_id <> 0
GROUP BY user_id HAVING count(*) > 2;

-- What is kept for those who wait is kept for one of them after another, none of whom has two turns at once
SELECT one.id, other.id AS other FROM waitlist_offers AS one JOIN waitlist_offers AS other ON other.id > one.id
AND (other.hold_id = one.hold_id OR other.wish_id = one.wish_id)
AND tstzrange(one.opens_at, one.closes_at) && tstzrange(other.opens_at, other.closes_at);

-- A time is kept as long as anybody has a turn, and offered within what is kept, by who gives the service
SELECT waitlist_offers.id FROM waitlist_offers JOIN waitlist_wishes ON waitlist_wishes.id = wish_id
JOIN services ON services.id = service_id JOIN bookings ON bookings.id = hold_id
WHERE closes_at > :now AND (
    bookings.status <> 'held' OR bookings.user_id <> 0 OR held_until < closes_at
    OR NOT blocked @> tstzrange(
        starts_at - make_interval(mins => buffer_before_minutes),
        starts_at + make_interval(mins => duration_minutes + buffer_after_minutes)
    )
    OR coalesce(waitlist_wishes.staff_id, bookings.staff_id) <> bookings.staff_id
    OR waitlist_wishes.location_id <> bookings.location_id
);

-- Nobody waits for more than five things at once
SELECT user_id, count(*) FROM waitlist_wishes WHERE ended_at IS NULL AND last_day > CAST(:now AS timestamptz)::date
GROUP BY user_id HAVING count(*) > 5;

-- A wish that came true has its booking, which is its person's
SELECT waitlist_wishes.id FROM waitlist_wishes JOIN bookings ON bookings.id = booking_id
WHERE waitlist_wishes.ended_at IS NULL OR offer_id IS NULL OR bookings.user_id NOT IN (waitlist_wishes.user_id, 0);

-- A booking is as long as its services, and blocks the buffers around the first and the last of them
SELECT bookings.id, period, blocked FROM bookings, LATERAL (
    SELECT sum(line.duration_minutes)::integer AS minutes,
        (array_agg(buffer_before_minutes ORDER BY position))[1] AS before,
        (array_agg(buffer_after_minutes ORDER BY position DESC))[1] AS after
    FROM booking_services AS line JOIN services ON services.id = line.service_id
    WHERE booking_id = bookings.id
) AS agreed
WHERE upper(period) - lower(period) IS DISTINCT FROM make_interval(mins => minutes)
OR lower(blocked) <> lower(period) - make_interval(mins => before)
OR upper(blocked) <> upper(period) + make_interval(mins => after);

-- A booking costs what its services cost for so many people when it was made
SELECT bookings.id, bookings.price, sum(line.price) AS agreed, sum(services.price) AS asked
FROM bookings LEFT JOIN booking_services AS line ON line.booking_id = bookings.id
LEFT JOIN services ON services.id = line.service_id
GROUP BY bookings.id
HAVING bookings.price IS DISTINCT FROM sum(line.price) OR bookings.price <> sum(services.price) * party;

-- The first service of a booking is the one that it is found by
SELECT id FROM bookings
WHERE service_id IS DISTINCT FROM (
    SELECT service_id FROM booking_services WHERE booking_id = bookings.id AND position = 1
);

-- Whoever is booked gives all of the services
SELECT bookings.id, staff_id, line.service_id FROM bookings
JOIN booking_services AS line ON line.booking_id = bookings.id
WHERE NOT EXISTS (
    SELECT FROM staff_services AS gives
    WHERE gives.staff_id = bookings.staff_id AND gives.service_id = line.service_id
);

-- A booking that its client made lies within hours in which whoever is booked works at that place, and begins on the grid of the service
SELECT id, staff_id, location_id, local FROM (
    SELECT bookings.*, lower(period) AT TIME ZONE time_zone AS local, upper(period) AT TIME ZONE time_zone AS until,
        slot_step_minutes
    FROM bookings JOIN locations ON locations.id = location_id JOIN services ON services.id = service_id
) AS booked
WHERE NOT EXISTS (
    SELECT FROM (
        SELECT opens_minute, closes_minute FROM weekly_hours
        WHERE weekly_hours.staff_id = booked.staff_id AND weekly_hours.location_id = booked.location_id
        AND weekday = extract(isodow FROM local)
        UNION ALL
        SELECT opens_minute, closes_minute FROM overrides
        WHERE overrides.location_id = booked.location_id AND coalesce(overrides.staff_id, booked.staff_id) = booked.staff_id
        AND day = local::date AND opens_minute IS NOT NULL
    ) AS hours
    WHERE local >= local::date + make_interval(mins => opens_minute)
    AND until <= local::date + make_interval(mins => closes_minute)
    AND mod((extract(epoch FROM local - local::date) / 60)::integer - opens_minute, slot_step_minutes) = 0
) AND entered_by IS NULL;

-- Nobody is booked ahead on a day that is closed
SELECT bookings.id, overrides.day FROM bookings
JOIN locations ON locations.id = bookings.location_id
JOIN overrides ON overrides.location_id = bookings.location_id AND overrides.opens_minute IS NULL
AND coalesce(overrides.staff_id, bookings.staff_id) = bookings.staff_id
AND overrides.day = (lower(period) AT TIME ZONE time_zone)::date
WHERE status IN ('held', 'pending', 'confirmed') AND lower(period) > :now AND entered_by IS NULL;

-- A booking is made ahead of its time, or entered as it begins, and cancelled after it was made
SELECT id, created_at, cancelled_at, period FROM bookings
WHERE created_at > lower(period) + CASE WHEN entered_by IS NULL THEN interval '0' ELSE interval '15 minutes' END
OR cancelled_at < created_at;

-- Who is not on Telegram was entered by the staff
SELECT id, guest_name FROM bookings WHERE guest_name IS NOT NULL AND (user_id <> 0 OR entered_by IS NULL);

-- Who is no staff books no later than the service's notice, and no earlier than its horizon
SELECT bookings.id, created_at, period FROM bookings JOIN services ON services.id = service_id
WHERE created_at = :now AND entered_by IS NULL AND user_id NOT IN (SELECT user_id FROM roles WHERE role IN ('staff', 'admin', 'owner'))
AND bookings.id NOT IN (SELECT booking_id FROM payments WHERE booking_id IS NOT NULL)
AND (lower(period) < :now + make_interval(mins => minimum_notice_minutes) OR lower(period) > :now + make_interval(days => horizon_days));

-- Who is no staff has five bookings ahead at most as they book one
SELECT user_id, count(*) FROM bookings
WHERE status IN ('pending', 'confirmed') AND lower(period) > :now
AND user_id IN (SELECT user_id FROM bookings WHERE created_at = :now AND entered_by IS NULL)
AND user_id NOT IN (SELECT user_id FROM roles WHERE role IN ('staff', 'admin', 'owner'))
GROUP BY user_id HAVING count(*) > 5;

-- The comment of a booking is short, and not empty
SELECT id, length(comment) FROM bookings WHERE comment = '' OR length(comment) > 500;

-- What a command did once is known, so that it is done once
SELECT bookings.id, bookings.key FROM bookings
WHERE key IS NOT NULL AND key NOT LIKE 'seed:%'
AND NOT EXISTS (SELECT FROM command_outcomes WHERE command_outcomes.key = bookings.key);

-- Who is reminded has the booking, and is reminded ahead of the time that the reminder is of
SELECT outbox.id, bookings.id AS booking FROM outbox
LEFT JOIN bookings ON bookings.id = (arguments ->> 'booking_id')::bigint
WHERE notice = 'booking_reminder'
AND (bookings.id IS NULL OR bookings.user_id <> outbox.chat_id OR due_at >= (arguments ->> 'starts_at')::timestamptz);

-- Of a booking more than a day ahead there is a reminder, of the time that it has now
SELECT id, period FROM bookings
WHERE status = 'confirmed' AND key NOT LIKE 'seed:%' AND user_id <> 0 AND lower(period) - interval '24 hours' > :now
AND NOT EXISTS (
    SELECT FROM outbox
    WHERE notice = 'booking_reminder' AND chat_id = bookings.user_id
    AND (arguments ->> 'booking_id')::bigint = bookings.id
    AND (arguments ->> 'starts_at')::timestamptz = lower(bookings.period)
);

-- Who is told that a booking was moved is told of one that was, to another time
SELECT outbox.id FROM outbox LEFT JOIN bookings ON bookings.id = (arguments ->> 'booking_id')::bigint
WHERE notice = 'booking_moved'
AND (bookings.id IS NULL OR bookings.version < 2 OR arguments ->> 'starts_at' = arguments ->> 'was');

-- A deposit is part of the price of a booking that stands, or was settled when that was cancelled
SELECT payments.id, state, bookings.status FROM payments JOIN bookings ON bookings.id = booking_id
WHERE (bookings.status = 'cancelled') = (state = 'paid') OR amount > price;

-- What is paid too late for a booking is owed back
SELECT id, state FROM payments WHERE booking_id IS NULL AND state NOT IN ('refund_due', 'refunded');

-- Take a place in every sliding window, or in none; return how long to wait.
-- KEYS epoch, windows … · ARGV now, in flight, longest in flight, member, then for each window: count, length
-- (times in milliseconds)
-- Returns 0 (taken), milliseconds to wait, or -1: the windows were wiped, fill them first.
-- A message in flight has the score now + in flight until it is settled with the time of the platform's answer.
local now, flight, longest, member = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end

local wait = 0
for i = 2, #KEYS do
    local count, length = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
    -- Recorded before the clock was set back: it would keep its place for that much longer.
    for _, ahead in ipairs(redis.call('ZRANGE', KEYS[i], '(' .. now + longest, '+inf', 'BYSCORE')) do
        redis.call('ZADD', KEYS[i], now, ahead)
    end
    local over = redis.call('ZCARD', KEYS[i]) - count
    if over >= 0 then
        local first = tonumber(redis.call('ZRANGE', KEYS[i], over, over, 'WITHSCORES')[2])
        wait = math.max(wait, math.min(first, now) + length - now)
    end
end
if wait > 0 then return wait end

for i = 2, #KEYS do
    redis.call('ZADD', KEYS[i], now + flight, member)
    redis.call('PEXPIRE', KEYS[i], tonumber(ARGV[2 * i + 2]) + longest)
end
return 0

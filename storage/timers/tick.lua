-- Acknowledge claims, return expired leases, claim due steps; return them and when to look next.
-- KEYS due, leases, seen, epoch · ARGV now, lease, limit, "step until step until …" of the acknowledged claims
local due, leases, seen, epoch = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, lease, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local rebuilding = redis.call('EXISTS', seen) == 1
for step, till in string.gmatch(ARGV[4], '(%S+) (%S+)') do
    -- Only this very claim: meanwhile the step may have been moved, or claimed by another process.
    if redis.call('ZSCORE', leases, step) == till then
        redis.call('ZREM', leases, step)
        if rebuilding then redis.call('SADD', seen, step) end
    end
end

-- A lease this long was given before the clock was set back: it would keep its step for that much longer.
for _, step in ipairs(redis.call('ZRANGE', leases, '(' .. now + 2 * lease, '+inf', 'BYSCORE', 'LIMIT', 0, limit)) do
    redis.call('ZADD', leases, now + lease, step)
end

local ended = redis.call('ZRANGE', leases, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES')
for i = 1, #ended, 2 do
    redis.call('ZREM', leases, ended[i])
    redis.call('ZADD', due, 'NX', ended[i + 1] - lease, ended[i])
end

local claimed = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES')
if #claimed > 0 then
    local leased = {}
    for i = 1, #claimed, 2 do
        leased[i], leased[i + 1] = now + lease, claimed[i]
    end
    redis.call('ZADD', leases, unpack(leased))
    redis.call('ZREMRANGEBYRANK', due, 0, #claimed / 2 - 1)
end

local head = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
local first_end = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
local next = head
if first_end and (not head or tonumber(first_end) < tonumber(head)) then next = first_end end
return {claimed, next or false, #ended / 2, redis.call('GET', epoch)}

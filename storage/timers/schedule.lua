-- Schedule, move and cancel steps; nudge the timekeepers if the head became earlier.
-- KEYS due, leases, seen · ARGV channel, "step due step due …" where a due of "-" cancels
local due, leases, seen = KEYS[1], KEYS[2], KEYS[3]

local function head()
    return tonumber(redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]) or math.huge
end

local set, cancelled, all = {}, {}, {}
for step, at in string.gmatch(ARGV[2], '(%S+) (%S+)') do
    all[#all + 1] = step
    if at == '-' then
        cancelled[#cancelled + 1] = step
    else
        set[#set + 1] = at
        set[#set + 1] = step
    end
end

local before = head()
-- A claimed step that is moved must not return when its claim expires.
redis.call('ZREM', leases, unpack(all))
if #cancelled > 0 then redis.call('ZREM', due, unpack(cancelled)) end
if #set > 0 then redis.call('ZADD', due, unpack(set)) end
if redis.call('EXISTS', seen) == 1 then redis.call('SADD', seen, unpack(all)) end

local after = head()
if after < before then redis.call('PUBLISH', ARGV[1], after) end

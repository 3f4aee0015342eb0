-- One piece of a rebuild. Returns -1 unless this rebuild still owns the shard: its token is a member of `seen`.
-- KEYS due, leases, seen, epoch · ARGV piece, token, then
--   put    time to live, channel, "step due step due …" · adds steps that were not changed since the rebuild began
--   sweep  cursor, "due" or "leases" · removes steps that the tables do not have; returns {next cursor, removed}
--   finish · ends the rebuild and sets the epoch to its token
local due, leases, seen, epoch = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local piece, token = ARGV[1], ARGV[2]
if redis.call('SISMEMBER', seen, token) == 0 then return -1 end

local function head()
    return tonumber(redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]) or math.huge
end

if piece == 'put' then
    local before, set = head(), {}
    for step, at in string.gmatch(ARGV[5], '(%S+) (%S+)') do
        if redis.call('SADD', seen, step) == 1 and not redis.call('ZSCORE', leases, step) then
            set[#set + 1] = at
            set[#set + 1] = step
        end
    end
    if #set > 0 then redis.call('ZADD', due, unpack(set)) end
    redis.call('PEXPIRE', seen, ARGV[3])
    local after = head()
    if after < before then redis.call('PUBLISH', ARGV[4], after) end
    return #set / 2
end

if piece == 'sweep' then
    local key = ARGV[4] == 'due' and due or leases
    local page, removed = redis.call('ZSCAN', key, ARGV[3], 'COUNT', 1000), 0
    for i = 1, #page[2], 2 do
        if redis.call('SISMEMBER', seen, page[2][i]) == 0 then
            removed = removed + redis.call('ZREM', key, page[2][i])
        end
    end
    return {page[1], removed}
end

redis.call('UNLINK', seen)
redis.call('SET', epoch, token)
return 1

-- What wrk asks of a server that holds a population of the bench. Ids are computed from numbers, as the population's are
-- (src/population/numbers.rs); keys are read from a file.
--
--     BENCH_KEYS=FILE wrk -t2 -c32 -d5s -s load.lua URL -- OPERATION PLACES RUN FIRST LAST 2
--
-- OPERATION is get, list, accounts, mint, update, invite or withdraw; PLACES is how many property users there are; RUN is
-- a word that no run had before, as new addresses are made of it; each place from FIRST to LAST, which are all of some
-- properties, the owners' left out, is withdrawn once, and nothing is asked for after that. The last word is the number
-- of threads.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long micros; } bench_time;
  int gettimeofday(bench_time *, void *);
]]

local BEGINNING = 1767225600000
local PLACES_OF_PROPERTY = 20
local USER, PROPERTY, PLACE = 1, 2, 3
-- Any of them may be given to a user, or kept from one, without making anybody an owner.
local POLICIES = {
  "listings.update", "rates.update", "availability.update", "messages.send", "reports.read", "users.invite",
}

local threads = {}

local function now()
  local time = ffi.new("bench_time")
  ffi.C.gettimeofday(time, nil)
  return tonumber(time.seconds) + tonumber(time.micros) / 1000000
end

local function id(kind, n)
  local made = BEGINNING + n
  return string.format("%08x-%04x-7%03x-8000-%04x%08x", math.floor(made / 65536), made % 65536, kind,
    math.floor(n / 4294967296), n % 4294967296)
end

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

local host, operation, places, run
local withdrawn, turns, first_property, properties
local application
local callers, tokens = {}, {}
local asked = 0
begun, ended = 0, 0

local function read_keys(path)
  local lines = assert(io.open(path)):lines()
  -- The first line is the application's.
  local client, secret = lines():match("(%S+) (%S+)")
  application = { id = client, secret = secret }
  for line in lines do
    local user, key = line:match("(%S+) (%S+)")
    table.insert(callers, user)
    table.insert(tokens, "Authorization: Bearer " .. key .. "\r\n")
  end
end

function init(arguments)
  operation, places, run = arguments[1], tonumber(arguments[2]), arguments[3]
  -- Threads take turns.
  withdrawn, turns = number - 1, tonumber(arguments[6])
  first_property = math.floor(tonumber(arguments[4]) / PLACES_OF_PROPERTY)
  properties = math.floor((tonumber(arguments[5]) + 1) / PLACES_OF_PROPERTY) - first_property
  host = "Host: " .. wrk.headers["Host"] .. "\r\n"
  read_keys(os.getenv("BENCH_KEYS"))
  local seed = number
  for at = 1, #run do seed = (seed * 31 + run:byte(at)) % 2147483647 end
  math.randomseed(seed)
end

local function text(method, path, token, kind, body)
  if not body then
    return method .. " " .. path .. " HTTP/1.1\r\n" .. host .. token .. "\r\n"
  end
  return method .. " " .. path .. " HTTP/1.1\r\n" .. host .. token .. "Content-Type: " .. kind .. "\r\nContent-Length: " ..
    #body .. "\r\n\r\n" .. body
end

-- The header of whoever owns the property.
local function owner(property)
  return tokens[property % #tokens + 1]
end

local function property_of(place)
  return math.floor(place / PLACES_OF_PROPERTY)
end

local function any_property()
  return math.random(0, places / PLACES_OF_PROPERTY - 1)
end

local function any_place()
  return math.random(0, places - 1)
end

-- Of somebody who is not the owner.
local function any_subject()
  return any_property() * PLACES_OF_PROPERTY + math.random(1, PLACES_OF_PROPERTY - 1)
end

local function overrides()
  local parts = {}
  for _, policy in ipairs(POLICIES) do
    local turn = math.random(3)
    if turn < 3 then table.insert(parts, string.format('"%s":%s', policy, turn == 1 and "true" or "false")) end
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

local operations = {}

function operations.get()
  local place = any_place()
  return text("GET", "/api/v1/property_users/" .. id(PLACE, place), owner(property_of(place)))
end

function operations.list()
  local property = any_property()
  local path = "/api/v1/property_users?filter[property_id]=" .. id(PROPERTY, property) .. "&pagination[limit]=20"
  return text("GET", path, owner(property))
end

function operations.accounts()
  local caller = math.random(#callers)
  return text("GET", "/api/v1/users/" .. callers[caller] .. "/accounts?page[size]=20", tokens[caller])
end

function operations.mint()
  local body = string.format("grant_type=client_credentials&client_id=%s&client_secret=%s&user_id=%s", application.id,
    application.secret, callers[math.random(#callers)])
  return text("POST", "/o/token", "", "application/x-www-form-urlencoded", body)
end

function operations.update()
  local place = any_subject()
  local body = '{"property_user":{"overrides":' .. overrides() .. "}}"
  local path = "/api/v1/property_users/" .. id(PLACE, place)
  return text("PUT", path, owner(property_of(place)), "application/json", body)
end

function operations.invite()
  local property = any_property()
  local body = string.format('{"invite":{"property_id":"%s","user_email":"guest.%s.%d.%d@meridian-hosts.example.com",' ..
    '"role":"user"}}', id(PROPERTY, property), run, number, asked)
  return text("POST", "/api/v1/property_users", owner(property), "application/json", body)
end

-- One after the other is of another property, so that nobody waits for a property more than they do elsewhere.
function operations.withdraw()
  if withdrawn >= properties * (PLACES_OF_PROPERTY - 1) then
    if ended == 0 then ended = now() end
    wrk.thread:stop()
    -- Never answered: the thread looks no more.
    return operations.get()
  end
  local property = first_property + withdrawn % properties
  local place = property * PLACES_OF_PROPERTY + 1 + math.floor(withdrawn / properties)
  withdrawn = withdrawn + turns
  return text("DELETE", "/api/v1/property_users/" .. id(PLACE, place), owner(property))
end

function request()
  asked = asked + 1
  -- The first is only looked at, not sent.
  if asked == 2 then begun = now() end
  return operations[operation]()
end

-- Looking at answers costs time: done only to find out why some were refused.
if os.getenv("BENCH_TELL") then
  local told = false
  function response(status, _, body)
    if status >= 300 and not told then
      told = true
      io.stderr:write(string.format("%s was answered with %d: %s\n", operation, status, body:sub(1, 500)))
    end
  end
end

function done(summary, latency, _)
  local seconds = summary.duration / 1000000
  local first, final = math.huge, 0
  for _, thread in ipairs(threads) do
    first = math.min(first, tonumber(thread:get("begun")))
    final = math.max(final, tonumber(thread:get("ended")))
  end
  -- Nothing was left to do before the time was over.
  if final > 0 then seconds = math.min(seconds, final - first) end
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"errors":{"connect":%d,"read":%d,' ..
    '"write":%d,"status":%d,"timeout":%d}}\n', summary.requests, seconds, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end

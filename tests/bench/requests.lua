-- One wrk scenario, chosen by the environment variable SCENARIO, with a line of percentiles at the end.
-- TOKEN is an access token, MEETING a meeting's id, USERNAME and PASSWORD an account.
local scenario = os.getenv("SCENARIO")
local headers = { ["Content-Type"] = "application/json" }
if scenario ~= "login" then headers["Authorization"] = "Bearer " .. os.getenv("TOKEN") end

local method, path, body, varied = "GET", nil, nil, false
if scenario == "login" then
  method, path = "POST", "/api/v1/login"
  body = string.format('{"username":"%s","password":"%s"}', os.getenv("USERNAME"), os.getenv("PASSWORD"))
elseif scenario == "read" then
  path = "/api/v1/meetings/" .. os.getenv("MEETING")
elseif scenario == "profile" then
  path = "/api/v1/profile"
elseif scenario == "list" then
  path = "/api/v1/meetings?limit=20"
elseif scenario == "create" then
  method, path = "POST", "/api/v1/meetings"
  body = '{"title":"Weekly review","description":"Numbers, then plans","max_participants":25}'
elseif scenario == "large-list" then
  path = "/api/v1/meetings?limit=20"
elseif scenario == "large-search" then
  path = "/api/v1/meetings?limit=20&q=plan"
elseif scenario == "large-create" then
  method, path = "POST", "/api/v1/meetings"
  body = '{"title":"Weekly review","description":"Numbers, then plans","max_participants":25}'
elseif scenario == "large-read" then
  varied = true
elseif scenario == "large-join" then
  method, body, varied = "POST", "{}", true
else
  error("unknown scenario " .. tostring(scenario))
end

-- The path of any seeded meeting, or of any that can be joined: those whose number ends in 6 are scheduled.
local function any_meeting()
  local path = "/api/v1/meetings/00000000-0000-0000-0000-%012x"
  if scenario == "large-join" then return string.format(path .. "/join", math.random(0, 9999) * 10 + 6) end
  return string.format(path, math.random(1, 100000))
end

function request()
  if varied then return wrk.format(method, any_meeting(), headers, body) end
  return wrk.format(method, path, headers, body)
end

local threads = {}
function setup(thread)
  table.insert(threads, thread)
end

function init()
  refused = 0
  first_refusal = nil
end

function response(status, _, text)
  if status >= 300 then
    refused = refused + 1
    first_refusal = first_refusal or (status .. " " .. string.sub(text, 1, 160))
  end
end

function done(summary, latency)
  local refused_total, example = 0, nil
  for _, thread in ipairs(threads) do
    refused_total = refused_total + (thread:get("refused") or 0)
    example = example or thread:get("first_refusal")
  end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT | %s | %.0f | %.2f | %.2f | %.2f | %d |\n", scenario,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, errors + refused_total))
  if example then io.write("first refusal: " .. example .. "\n") end
end

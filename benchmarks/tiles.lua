-- For wrk: walks a list of distinct tiles. Environment: TILE_LIST (lines "z x y"), TILE_PATH (with {z} {x} {y}),
-- TILE_START (where in the list to begin), TILE_ENCODING and TILE_TAGS ("etag" a line, as long as the list), optional.
local urls, requests, at = {}, {}, 0

local function lines_of(name)
  local found = {}
  if name and name ~= "" then
    for line in io.lines(name) do found[#found + 1] = line end
  end
  return found
end

function init(args)
  local path, encoding = os.getenv("TILE_PATH"), os.getenv("TILE_ENCODING")
  local tags = lines_of(os.getenv("TILE_TAGS"))
  for n, line in ipairs(lines_of(os.getenv("TILE_LIST"))) do
    local z, x, y = line:match("(%d+) (%d+) (%d+)")
    local headers = {}
    if encoding and encoding ~= "" then headers["Accept-Encoding"] = encoding end
    if tags[n] then headers["If-None-Match"] = tags[n] end
    local url = path:gsub("{z}", z):gsub("{x}", x):gsub("{y}", y)
    requests[n] = wrk.format("GET", url, headers)
  end
  at = tonumber(os.getenv("TILE_START") or "0") % #requests
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, unused)
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"seconds": %.6f, "answers": %d, "bytes": %d, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.duration / 1e6, summary.requests, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end

-- The client of bench/run, for wrk.
--
--	wrk -s load.lua URL -- KIND KEY CODES FIRST COUNT VISITS
--
-- KIND is check_wrong, check_right or create.  CODES is what bench_seed
-- prints; this run takes COUNT lines of it from FIRST, and no two requests in
-- flight have the same challenge.  Each is visited VISITS times; then the run
-- is over.  A create has a customer of its own each time, told apart from
-- those of other runs by FIRST.  The last line of output is for the script:
-- requests, bad answers, microseconds, then p50, p99 and the longest.

local threads = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
	thread:set("threads", threads)
end

local ids, codes, n = {}, {}, 0
local at, left = 0, 0

local function other(code)
	local last = string.byte(code, -1) - 48
	return string.sub(code, 1, -2) .. tostring((last + 1) % 10)
end

local function read_codes(file, first, count, wrong)
	local line_no = 0
	for line in io.lines(file) do
		local i = line_no - first
		if i >= count then break end
		-- All threads know how many threads there are only when they
		-- run; two at most are used.
		if i >= 0 and i % 2 == number then
			local id, code = string.match(line, "^(%S+) (%d+)$")
			n = n + 1
			ids[n] = id
			codes[n] = wrong and other(code) or code
		end
		line_no = line_no + 1
	end
end

function init(args)
	local kind, key, file = args[1], args[2], args[3]
	local first, count = tonumber(args[4]), tonumber(args[5])
	local fields = "Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n" ..
	    "Authorization: Bearer " .. key .. "\r\n" ..
	    "Content-Type: application/json\r\n"

	if kind == "create" then
		request = function()
			local body
			at = at + 1
			body = '{"purpose":"sign_in","to":{"email":"c' ..
			    first .. '.' .. number .. '.' .. at ..
			    '@example.com"},"channel":"email","binding":' ..
			    '{"device":"Firefox on Linux"},"locale":"en"}'
			return "POST /v1/challenges HTTP/1.1\r\n" .. fields ..
			    "Content-Length: " .. #body .. "\r\n\r\n" .. body
		end
		return
	end
	read_codes(file, first, count, kind == "check_wrong")
	left = n * tonumber(args[6])
	request = function()
		if left == 0 then
			wrk.thread:stop()
		end
		left = left - 1
		at = at % n + 1
		return "POST /v1/challenges/" .. ids[at] ..
		    "/check HTTP/1.1\r\n" .. fields ..
		    'Content-Length: 17\r\n\r\n{"code":"' .. codes[at] ..
		    '"}'
	end
end

function done(summary, latency, requests)
	local e = summary.errors
	print(string.format("RESULT %d %d %d %.0f %.0f %.0f",
	    summary.requests,
	    e.connect + e.read + e.write + e.status + e.timeout,
	    summary.duration, latency:percentile(50),
	    latency:percentile(99), latency.max))
end

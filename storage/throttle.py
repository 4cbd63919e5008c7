"""Holds people, or groups, to so many updates in a while: a bucket of tokens for each, in Redis, one round trip for an update.

It knows nothing of what an update is, nor of what is said to those who are too fast.
"""

from dataclasses import dataclass
from enum import StrEnum

from redis.asyncio import Redis

# Tokens come back evenly. Who was told is not told again before the bucket has been full. An update that passed passes again
# without a token: it is handled anew after a failure, which is not its sender's.
_TAKE = """
local capacity, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'told', 'passed')
local update, passed_ids = ARGV[3], held[4] or ','
if update ~= '' and string.find(passed_ids, ',' .. update .. ',', 1, true) then return 'passes' end
local tokens, told = capacity, '0'
if held[1] then
  local passed = math.max(0, now - tonumber(held[2]))
  tokens = math.min(capacity, tonumber(held[1]) + passed * capacity / period)
  if tokens < capacity then told = held[3] end
end
local verdict = 'passes'
if tokens >= 1 then
  tokens = tokens - 1
  if update ~= '' then
    passed_ids = string.sub(',' .. update .. passed_ids, 1, 200)
  end
elseif told == '1' then
  verdict = 'refused'
else
  verdict, told = 'told', '1'
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%d', now), 'told', told,
  'passed', passed_ids)
redis.call('PEXPIRE', KEYS[1], period)
return verdict
"""


class Verdict(StrEnum):
    """What becomes of an update: it passes, is refused with a word on it, or in silence."""

    PASSES = "passes"
    TOLD = "told"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and as many again in each period."""

    count: int
    period_milliseconds: int


class TokenBuckets:
    """The buckets of all people of a bot, or of all its groups, whose numbers are below 0; one that has not been used for a period is full, and forgotten."""

    def __init__(self, client: Redis, rate: Rate) -> None:
        self._rate = rate
        self._take = client.register_script(_TAKE)

    async def take(self, bot_id: int, whose: int, update_id: int | None = None) -> Verdict:
        """Take a token of a person or a group, in one command; an update that has passed passes again."""
        verdict = await self._take(
            keys=[f"usher:{{{bot_id}:{whose}}}:throttle"],
            args=[
                self._rate.count,
                self._rate.period_milliseconds,
                "" if update_id is None else update_id,
            ],
        )
        return Verdict(verdict.decode())

"""An hour of a hotline in some minutes, while everything goes wrong.

    python -m tests.bench.soak [--minutes 6] [--speed 10] [--database postgresql] [--seed 7]

Callers by the thousand ring a gunicorn with three workers, as it is shipped, through a phone company whose
clock runs `speed` times as fast: each a random caller of the rehearsals, some with a carrier that is late,
doubles or loses its notices. Meanwhile an admin publishes, every tenth time with a mistake, and takes back;
workers are killed, Redis is flushed, frozen and killed, the database is locked for up to ten seconds, each on
a rhythm of its own that the seed decides. The fallback documents lie on another host, as the docs advise.

The service's own time is not sped up: to a caller who lives ten times as fast, every outage lasts ten times
as long. Afterwards all is counted: a table of what happened, and of each promise whether it was kept, naming
the calls. The command fails if one was broken.
"""

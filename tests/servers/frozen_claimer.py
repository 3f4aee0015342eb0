"""A process that takes the inbox's claims for itself and gets no further: `frozen_claimer.py ADDRESS`.

It prints "holds" when it has them, and once it goes on how its transaction ended.
"""

import asyncio
import sys

from storage.database import sql
from storage.database.database import close_database, open_database
from storage.database.faults import fault_of
from storage.database.transaction import claim_exclusively

AWAKE_SECONDS = 0.5


async def holding() -> None:
    print("holds", flush=True)
    await asyncio.sleep(AWAKE_SECONDS)  # it is stopped meanwhile
    await sql.rows("UPDATE inbox SET state = 'done' RETURNING id", [])


async def nothing(_: None) -> None: ...


async def main(url: str) -> None:
    await open_database(url, may_migrate=False)
    try:
        await claim_exclusively("inbox", holding, nothing)
    except Exception as error:
        print(fault_of(error).value, flush=True)
    else:
        print("it went on", flush=True)
    finally:
        await close_database()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

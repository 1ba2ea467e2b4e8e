"""`pasarsama audit`: every invariant with the number of rows that break it."""

from __future__ import annotations

import json as json_format
import sys
from dataclasses import asdict

from deploy.audit import examination


def run(*, json: bool, at_rest: bool = False, before_upgrade: bool = False) -> int:
    """Print what was found; 0 if everything holds, else 1. `at_rest` and `before_upgrade`: as `examination.run` has them."""
    results = examination.run(at_rest=at_rest, before_upgrade=before_upgrade)
    broken = [result for result in results if result.count]
    if json:
        shown = {"holds": not broken, "invariants": [asdict(result) for result in results]}
        sys.stdout.write(json_format.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return 1 if broken else 0
    for result in results:
        sys.stdout.write(f"{result.count:>7}  {result.name:<36}{'' if result.count else result.unasked or 'ok'}\n")
        if result.count:
            sys.stdout.write(f"         {result.meaning}\n")
            sys.stdout.writelines(f"         - {row}\n" for row in result.sample)
    names = ", ".join(result.name for result in broken)
    sys.stdout.write(f"\n{len(results)} invariants, {len(broken)} broken{': ' + names if names else ''}\n")
    return 1 if broken else 0

"""What every benchmark prints: one thing against another, measured in turn within one run."""

import statistics


def table_row(title, goal, ours, theirs, repeat):
    """`ours` and `theirs` run in turn and give seconds. The ratio is the median, over pairs, of theirs by ours: above 1, ours is faster."""
    pairs = [(ours(), theirs()) for _ in range(repeat)]
    ratios = [their / our for our, their in pairs]
    our, their = (statistics.median(seconds) for seconds in zip(*pairs))
    return (f"| {title} | {our:.2f} s | {their:.2f} s | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            f" | {goal} |")

# Intervals, comparisons and ranks on the staff's pages.
interval-range = { $low }–{ $high }
interval-of-share = 95% interval: { $low }–{ $high }
interval-column = 95% interval
interval-counted-by = counted by { $version }
interval-in-words = 95% interval from { $low } to { $high }

difference-up = up { $points } percentage points, 95% interval: { $low } to { $high }
difference-down = down { $points } percentage points, 95% interval: { $low } to { $high }
difference-none = a difference of { $points } percentage points, 95% interval: { $low } to { $high }
difference-short = { $points } ({ $low } to { $high })
difference-clear-up = clearly up
difference-clear-down = clearly down
difference-unclear = no clear change
difference-unclear-short = not clear
difference-whole-up = Clearly up on the period before: { $difference } ({ $period }: { $share } from { $before } submissions; this period { $now }).
difference-whole-down = Clearly down on the period before: { $difference } ({ $period }: { $share } from { $before } submissions; this period { $now }).
difference-whole-unclear = No clear change from the period before: { $difference } ({ $period }: { $share } from { $before } submissions; this period { $now }).
difference-column-period = On the period before (percentage points)
difference-column-month = On the month before (percentage points)
difference-column-rest = Against the rest (percentage points)
difference-higher = clearly higher than the rest
difference-lower = clearly lower than the rest
difference-period-label = On the period before:
difference-month-label = On the month before:
difference-rest-label = Against the rest:
difference-rows-clear = On the period before ({ $period }): { $holm } of { $all } rows changed clearly when the whole table is judged together (Holm); by the less strict way of Benjamini and Hochberg { $other }.

rank-column = Rank
rank-range = rank { $best }–{ $worst } of { $of }
rank-why = Rank 1 is the highest index. Each unit has a range of ranks and not one rank, since chance alone can make small differences.

interval-method = 95% interval
interval-method-text = The 95% interval follows Wilson’s formula, for the index and its factors with the spread between submissions; it tells of chance only, not of those who did not answer, and people who choose themselves to answer are no random sample.
difference-method = Comparisons
difference-method-text = “Clear” means a two-sided test at 5%, adjusted by Holm for all comparisons of one table; the interval of each difference is not adjusted. The ranges of ranks come from all pairs of units, adjusted by Holm as well.

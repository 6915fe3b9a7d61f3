# What goes with satisfaction.

drivers-title = What goes with satisfaction
drivers-picture = Importance and satisfaction
drivers-caption = Each number is a part of the index, named in the table below. Further right is more important (the thin bar is the 95% interval); further up more people are satisfied. The two broken lines are the averages.
drivers-column-number = No.
drivers-column-part = Part of the index
drivers-column-importance = Importance
drivers-column-interval = 95% interval
drivers-column-alpha = Alpha
drivers-words = Look at this first: { $parts }. Clearly more important than average, and fewer people are satisfied than overall.
drivers-words-none = No part is seen to be clearly more important than average and at the same time below the overall index.
drivers-too-few = At least { $fewest } people must have answered all parts; here { $people } did. Choose a longer period or a wider scope.
drivers-all-alike = Nearly everybody gave the same answers, so there are no differences to look into.
drivers-no-parts = This index has no parts to compare: it takes 2 to { $most } parts that are shares of satisfied answers.
drivers-term-people = People
drivers-people = The { $people } latest submissions that answered every part; { $incomplete } were not used because a part was left open.
drivers-term-outcome = Overall satisfaction
drivers-outcome-own = The form has no question about overall satisfaction, so each person’s own index stands for it, computed from these very parts. Importance therefore tells in which parts people differ most.
drivers-outcome-asked = The question “{ $question }”. Together the parts explain { $explained } of the differences from person to person.
drivers-term-method = Method
drivers-method = Importance is what each part adds to R² of a least squares regression, averaged over all orders of entry (Shapley; Lindeman, Merenda and Gold 1980). The 95% interval comes from { $replicates } bootstrap samples (seed { $seed }), so that working it out again gives the same.
drivers-term-alpha = Alpha
drivers-alpha = Cronbach’s coefficient tells whether the criteria of a part measure one thing, over the people who answered all criteria of that part. From 0.7 on it is commonly held to be acceptable.
drivers-term-limits = To keep in mind
drivers-limits = What goes with something need not cause it. People who chose to answer do not stand for everybody who was served; the 95% interval speaks of chance only.
drivers-link = What goes with satisfaction here

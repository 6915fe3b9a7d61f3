# Forms as paper, and their list.

paper-nav = Forms
paper-list-title = Forms
paper-list-lead = Each form opens as A4 paper, to look at and to print. Paper forms that come back are entered with the channel “paper”.
paper-questions = { $count } questions
paper-surveys = Asked by: { $surveys }
paper-back = Back to the forms
paper-hint = A preview. Print with your browser (Ctrl + P), or save as PDF from there; this bar is not printed.
paper-kind = Survey
paper-intro = Dear respondent, to serve people and organisations better we would like your opinion. Please answer the questions below.
paper-privacy = This form does not ask who you are: please leave out names, telephone numbers and case numbers. You are free to answer or not, and may skip any question. Results are published as totals only and have no effect on how your case is handled.
paper-privacy-required = This form does not ask who you are: please leave out names, telephone numbers and case numbers. You are free to answer or not, and may skip any question that does not say “An answer is needed”. Results are published as totals only and have no effect on how your case is handled.
paper-coercion = Please answer for yourself, as you see it. Nobody, neither an official nor anybody else, may answer for you or suggest answers to you.
paper-how = Please put an X in the box that fits; one box in each row of a table.
paper-unit = The office you dealt with:
paper-procedure = The procedure:
paper-part = Part { $number }. { $title }
paper-number = No.
paper-content = Statement
paper-one = (one box)
paper-thanks = Thank you!

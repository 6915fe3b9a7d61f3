# The citizen's pages.

# Choosing.
choose-unit-title = Which office served you?
choose-unit-lead = Choose the office, then what you came for, then answer the form. There is nothing to sign in to and no name to give.
choose-unit-unknown = The link names an office that this survey does not ask about. Please choose the office below.
search-unit-or-procedure = Find an office or a procedure
search-procedure = Find a procedure
search-note = Vietnamese names are found with or without diacritics.
search = Search
found-title = Results for “{ $query }”
found-nothing = Nothing was found. Try fewer words, or choose from the list below.
found-units = Offices
found-procedures = Procedures
all-units = Offices
nothing-open = No survey is open at the moment. Please come back later.
open-surveys = Forms that take answers now
other-survey = See all forms
choose-procedure-title = What did you come for?
choose-procedure-unknown = The link names a procedure that this office does not handle. Please choose again.
unverified-units = Names and codes of the offices listed here have not been verified against the official register yet.
unverified-procedures = Names and codes of the procedures listed here have not been verified against the national database of administrative procedures yet.
change-unit = Change the office
change-procedure = Change the procedure
other-procedure-title = Not in the list?
other-procedure = Something else, or I do not remember
choose-survey-title = Choose a form
takes-minutes = Takes about { $minutes } minutes.
takes-half-a-minute = Takes about half a minute.
survey-opens = This form takes answers from { $time } on { $day } (Vietnam time). Please come back then.
survey-closes = Open until { $time } on { $day }.

# The form.
form-unit = Office
form-choose-unit = Choose an office
form-procedure = Procedure
form-procedure-none = Something else, or I do not remember
form-change = Change the office or the procedure
form-part = Part { $number } of { $of }
form-text-limit = At most { $max } characters.
form-no-answer = No answer
form-when = Only for those who chose { $answers } for “{ $question }”.
form-part-when = This part is only for those who chose { $answers } for “{ $question }”.
form-unless = Please skip this question if you chose { $answers } for “{ $question }”.
form-part-unless = Please skip this part if you chose { $answers } for “{ $question }”.
form-quoted = “{ $text }”
form-or = {" or "}
form-trap = Please leave this empty
form-consent = By choosing “Send rating” you agree that the form is stored and used as described at the top of the page. It cannot be changed afterwards.
form-send = Send rating
open-new-form = Open a new form

# People who were drawn.
code-ask = This survey asks people who were chosen by chance. Please enter the code in your letter or message.
code-label = Invitation code
code-note = 12 letters and digits, for example 7KQ2-M4XD-9TBR. Capitals and dashes do not matter.
code-open = Open the form
code-unknown = No code of this survey reads like this. Please check each letter and digit.
code-used = This code has been used. Each code is good for one form; the form that was sent still counts.
code-privacy = The code only makes sure that each person answers once. Answers are stored apart from it; nothing says which form is whose.

# Privacy.
privacy-title = This form does not ask for your name
privacy-short = Answering is up to you, and any question can be left out. We do not store your name, telephone number, network address, kind of device or the time of sending.
privacy-more = Who is responsible, purpose, what is stored, for how long, and your rights
privacy-office-title = Who is responsible
privacy-office = The office that runs the survey and is responsible for the data: { $office }.
privacy-contact = Contact: { $contact }.
privacy-contact-office = You can ask at the office itself.
privacy-few = Where few people come, several details together may let somebody guess who you are. Please leave out any question you do not want to answer. Figures about fewer than 5 forms are not shown.
privacy-purpose-title = What it is for
privacy-purpose = Only for measuring satisfaction and improving the service. Results are published as totals. Your answers have no effect on how your case is handled.
privacy-stored-title = What is stored
privacy-stored = Your answers and comments; the office, the procedure and the language; how the form reached us (website, QR code, device at the counter…); the day; and a mark if the form looks as if a machine had sent it.
privacy-sensitive = The questions about yourself (gender, age, ethnicity, education, occupation, area) are all optional; what you answer is stored with the form. Ethnicity is sensitive and used in totals only.
privacy-not-stored = The network address, and a random code that your browser receives after sending, serve only to stop mass sending. They are held in memory for a few minutes and are not stored with the form.
privacy-long-title = How long it is kept
privacy-closes = This survey ends on { $day }.
privacy-long = Forms carry no names and are kept so that results can be compared from year to year; the system does not delete them by itself. The office that runs the survey destroys them as its records rules say.
privacy-rights-title = Your rights
privacy-rights = Under the Law on Personal Data Protection No. 91/2025/QH15, agreeing to give personal data must be voluntary and can be withdrawn. You can stop at any time before sending. Afterwards the form does not bear your name, so if you have a request about it, please give the office the receipt code.

# Problems with a form.
summary-title = The form was not sent: something needs another look
summary-problem = “{ $question }”: { $problem }
problem-too-long = This text has { $given } characters; at most { $max } are taken. Please shorten it by { $over }.
problem-nothing-answered = Nothing has been answered yet. Please answer at least one question.
problem-id = The form had lost its number. It has a new one now and your answers are still here. Please choose “Send rating” again.
problem-unit = Please choose the office.
problem-procedure = This office does not handle the procedure that was named. You can send the form again without it, or choose another procedure.
problem-channel = The survey does not take forms this way. Please choose “Send rating” again.
problem-language = The language of the form is not valid. Please choose “Send rating” again.
problem-unknown-question = The form has no question “{ $code }”, so it was left out. Please choose “Send rating” again.
problem-more-than-one = Only one answer can be taken here. Please choose again.
problem-not-an-option = Please choose one of the options below.
try-again-title = The form was not sent: the service is interrupted
try-again-text = Your answers are all still here. Wait a few seconds, then use this button. However often you use it, the form counts once.
try-again-send = Send again
too-many-kept = Your answers are all still here. Please wait { $seconds } seconds, then use this button.

# Receipts.
thanks-title = Thank you
thanks-text = Your rating has been received.
thanks-next-title = What happens next
thanks-next-keep = You may want to write the receipt code down or take a picture of it. With it you can see later whether the form has been counted; nobody can see from it what you answered.
thanks-next-text = Your answers are added to those of others and become the office’s satisfaction index.
rate-another = Rate something else
receipt-title = A form that was sent
receipt-code = Receipt code
receipt-code-note = 12 letters and digits, for example 7KQ2-M4XD-9TBR. Capitals and dashes do not matter.
receipt-received = Received
receipt-received-on = On { $day }
receipt-counted = Counted in the results
receipt-counted-yes = Yes
receipt-counted-soon = Not yet; in a few minutes
receipt-counted-out = No; the form was taken out of the results
receipt-says-only = That is all this page tells; nobody can see the answers with this code.
receipt-ask-title = Look up a form that you sent
receipt-ask-text = The receipt code was shown when you had sent the form.
receipt-look-up = Look up
receipt-bad-code = This is not a receipt code: it has 12 letters and digits. Please check it.
receipt-unknown = No form has this code. Please check each letter and digit.

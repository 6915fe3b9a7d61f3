# Errors, as pages and as problems for machines.
error-not-found-title = Page not found
error-not-found-text = There is no page at this address. Please check the link or start from the home page.
error-gone-title = This survey has closed
error-gone-text = This survey no longer takes answers. Thank you for your interest.
error-forbidden-title = You cannot see this page
error-forbidden-text = Your account does not have this task. If you need it, please contact an administrator.
error-invalid-title = The request could not be understood
error-invalid-text = Please go back and try again.
error-conflict-title = This form was already sent with other answers
error-conflict-text = The first one was received and stays as it is. To give another rating, please open a new form.
error-too-many-title = Too many submissions in a short time
error-too-many-text = Please wait a minute and try again.
error-unavailable-title = The service is interrupted
error-unavailable-text = Please try again in a few minutes.
error-internal-title = Something went wrong
error-internal-text = The fault was recorded. Please try again later.
error-home = Home page

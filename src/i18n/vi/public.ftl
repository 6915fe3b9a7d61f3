# The citizen's pages.

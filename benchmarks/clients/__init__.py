"""
The contestants, one module each. A function a row, of the name that `rows` gives it: it takes the API's URL and returns
what does the row so many times, with a picture where the row sends one.
"""

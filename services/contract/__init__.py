"""What travels by HTTP: the forms of all answers, the kinds of problems, and the promise that neither is broken.

Servers describe and type their answers by it, the client types what it gives by it: one text for both. It imports
nothing of the house, so that a program which only asks does not load what answers.
"""

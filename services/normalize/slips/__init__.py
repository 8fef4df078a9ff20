"""Byte slips: the mechanism forward, the gate, the detector, the search backward, the proof.

``damage`` damages on purpose, and proves repairs; ``gate`` and ``detect`` find the places; ``search`` and ``lattice``
find the readings and how sure each character is; ``repair`` puts it together.
"""

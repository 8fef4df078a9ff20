"""Byte slips: the mechanism forward, the gate, the detector, the search backward, the proof.

``damage`` damages on purpose, and proves repairs; ``gate`` and ``detect`` find the places, ``around`` what stands about
them, ``notes`` the pinyin and the tags between; ``glimpse`` tells which are worth a search; ``search`` (by its
``steps``) and ``lattice`` find the readings and how sure each character is, ``closing`` what structure says of a run's
end; ``repair`` puts it together.
"""

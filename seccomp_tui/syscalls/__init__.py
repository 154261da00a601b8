"""What is known of system calls: numbers, prototypes, constants; bytes in, text out.

Pure: nothing here opens a file of the target, asks the kernel, or imports another room of the project.
"""
